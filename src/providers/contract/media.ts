import { MAX_MEDIA_BYTES } from '../../core/requests/data-url.js';
import { endingOf } from '../../core/requests/media-types.js';
import { formatBytes } from '../../core/text/format.js';
import type { Content, HeldPart, MediaPart, Message, Part, Role } from '../../model/message.js';
import { ProviderError } from './provider-error.js';

/** The bytes of an image, a file or a recording. */
export interface FoundMedia {
  readonly bytes: Uint8Array;
  /** Where the file is, absolute; null for bytes that stood in the message itself. */
  readonly path: string | null;
}

/** Finds bytes by their digest. Rejects with ProviderError when they are no longer what they were. */
export type FindMedia = (digest: string) => Promise<FoundMedia>;

/** The bytes of all parts of some messages, by their digest. */
export type MediaOfMessages = ReadonlyMap<string, FoundMedia>;

export const NO_MEDIA: MediaOfMessages = new Map();

/** No service takes more in one request, and all of it has to be in memory at once. */
const MOST_IN_REQUEST = 2 * MAX_MEDIA_BYTES;

/** The bytes that messages need. Rejects with ProviderError when there is no way to some of them. */
export async function collectMedia(
  messages: readonly Message[],
  find: FindMedia | undefined,
): Promise<MediaOfMessages> {
  const held = messages.flatMap(({ content }) => mediaIn(content)).filter((part) => 'digest' in part);
  if (held.length === 0) return NO_MEDIA;
  if (!find) throw new ProviderError('invalid-request', 'the bytes of images and files are not at hand here');
  const total = held.reduce((sum, { bytes }) => sum + bytes, 0);
  if (total > MOST_IN_REQUEST)
    throw new ProviderError(
      'invalid-request',
      `its images and files have ${formatBytes(total)} together, and a request may hold ${formatBytes(MOST_IN_REQUEST)}`,
      { unsent: true },
    );
  const found = new Map<string, FoundMedia>();
  for (const { digest } of held) if (!found.has(digest)) found.set(digest, await find(digest));
  return found;
}

/** The parts of a content that are no text. */
export function mediaIn(content: Content): readonly MediaPart[] {
  return typeof content === 'string' ? [] : content.filter((part): part is MediaPart => part.type !== 'text');
}

/** A part that is no text, and who says it. */
export interface PlacedPart {
  readonly part: MediaPart;
  readonly role: Role;
}

/** Throws ProviderError for the first part that is refused: words about an image are no image. */
export function requireTaken(messages: readonly Message[], refuse: (placed: PlacedPart) => string | null): void {
  for (const { role, content } of messages) {
    for (const part of mediaIn(content)) {
      const fault = refuse({ part, role });
      if (fault !== null) throw new ProviderError('invalid-request', fault, { unsent: true });
    }
  }
}

/** What a part holds, by its bytes: an image stays one where it is called a file. */
export function kindOf(part: MediaPart): MediaPart['type'] {
  if ('url' in part) return part.type;
  const [kind] = part.mediaType.split('/');
  return kind === 'image' || kind === 'audio' ? kind : 'file';
}

export function base64Of(part: HeldPart, media: MediaOfMessages): string {
  return bufferOf(part, media).toString('base64');
}

export function dataUrlOf(part: HeldPart, media: MediaOfMessages): string {
  return `data:${part.mediaType};base64,${base64Of(part, media)}`;
}

/** The text of a part that is one. Throws ProviderError when its bytes are no UTF-8. */
export function textIn(part: HeldPart, media: MediaOfMessages): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bufferOf(part, media));
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new ProviderError('invalid-request', `${nameOfPart(part)} is no UTF-8: save it as that`, { unsent: true });
  }
}

/** A part as a program or an application gets it. */
export type PartWithBytes = Part | (HeldPart & ({ readonly path: string } | { readonly data: string }));

/**
 * Messages for those who speak no service's language: each part with its bytes in base64 (`data`), or with the `path` of
 * its file for those who can read it.
 */
export function withBytes(
  messages: readonly Message[],
  media: MediaOfMessages,
  { paths }: { readonly paths: boolean },
): readonly unknown[] {
  const partOf = (part: Part): PartWithBytes => {
    if (!('digest' in part)) return part;
    const path = paths ? media.get(part.digest)?.path : null;
    return { ...part, ...(path ? { path } : { data: base64Of(part, media) }) };
  };
  return messages.map((message) => {
    // Apps pass messages on to services, which refuse a key that they do not know
    const { cache: _, ...sent } = { cache: undefined, ...message };
    return typeof sent.content === 'string' ? sent : { ...sent, content: sent.content.map(partOf) };
  });
}

function bufferOf({ digest }: HeldPart, media: MediaOfMessages): Buffer {
  const found = media.get(digest);
  if (!found) throw new Error(`the bytes of ${digest} were not collected`);
  return Buffer.from(found.bytes.buffer, found.bytes.byteOffset, found.bytes.byteLength);
}

/** What a part is called: services tell files by the ending of their names. */
export function nameOfPart(part: HeldPart): string {
  return part.name ?? `${part.type}${endingOf(part.mediaType)}`;
}
