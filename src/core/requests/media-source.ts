import type { HeldMedia, MediaType, Part } from '../../model/message.js';
import type { WrittenPart } from '../../model/written-message.js';
import { readDataUrl } from './data-url.js';
import { MessageError } from './message-error.js';

/** A part of a message that is no text. */
export type WrittenMedia = Exclude<WrittenPart, { readonly text: string }>;

/** Makes the part that is sent of one that was written. Throws MessageError when its source cannot be used. */
export type MediaPartOf = (part: WrittenMedia) => Part;

/** What is known of the files of a project that messages name, by what a part is for and the path as it is written. */
export type MediaFiles = ReadonlyMap<string, HeldMedia>;

/** By what the bytes of a part are looked up in MediaFiles. */
export function fileKey(type: MediaType, path: string): string {
  return `${type} ${path}`;
}

/** What a part is for, and where its bytes come from. */
export function sourceOf(part: WrittenMedia): { readonly type: MediaType; readonly source: string } {
  if ('image' in part) return { type: 'image', source: part.image };
  return 'file' in part ? { type: 'file', source: part.file } : { type: 'audio', source: part.audio };
}

/** Longer than any path or link; what is longer is never repeated in a message, for it may be bytes. */
const MOST_OF_PATH = 2000;

/** Told of the bytes that stand in a message itself, by their digest (sha256 in hex). */
export type OnBytes = (digest: string, bytes: Uint8Array) => void;

/** Makes parts with files that are known already. */
export function mediaPartsWith(files: MediaFiles, onBytes?: OnBytes): MediaPartOf {
  return (part) => partWith(part, (type, path) => files.get(fileKey(type, path)), onBytes);
}

/**
 * The part that is sent for one that was written: with its link, or with the digest of its bytes. `fileOf` says what is
 * known of a file of the project. Throws MessageError.
 */
export function partWith(
  part: WrittenMedia,
  fileOf: (type: MediaType, path: string) => HeldMedia | undefined,
  onBytes?: OnBytes,
): Part {
  const { type, source } = sourceOf(part);
  const detail = 'detail' in part && part.detail !== undefined ? { detail: part.detail } : {};
  const frame = (name = part.name) => ({ type, ...detail, ...(name === undefined ? {} : { name }) });
  const fail = (message: string) => new MessageError(message, [type]);
  const scheme = /^([a-z][a-z\d+.-]*):/i.exec(source)?.[1]?.toLowerCase();
  if (source.length > MOST_OF_PATH && scheme !== 'data')
    throw fail('its source is too long for a path or a link: bytes in base64 are written as a data: URL');
  switch (scheme) {
    case undefined: {
      const held = fileOf(type, source);
      if (!held) throw fail(`there is no file ${source}`);
      const { mediaType, digest, bytes } = held;
      return { ...frame(part.name ?? source.split('/').at(-1)), mediaType, digest, bytes };
    }
    case 'https':
      if (!URL.canParse(source)) throw fail(`${source} is no usable URL`);
      return { ...frame(), url: source };
    case 'data': {
      const data = readDataUrl(source, type);
      if ('fault' in data) throw fail(`its data: URL ${data.fault}`);
      onBytes?.(data.held.digest, data.bytes);
      return { ...frame(), ...data.held };
    }
    default:
      throw fail(`a source is a path in the project, a data: URL or an https: URL, not ${scheme}:`);
  }
}
