import { readDataUrl } from '../core/requests/data-url.js';
import { fileKey, type MediaPartOf, partWith, sourceOf } from '../core/requests/media-source.js';
import type { HeldMedia, MediaType } from '../model/message.js';
import type { ResolvedCase } from './resolved-case.js';

/** A file that messages name, and the cases that need it: the first of them, and how many there are. */
export interface NeededFile {
  readonly type: MediaType;
  /** As it is written. */
  readonly path: string;
  readonly first: ResolvedCase;
  cases: number;
}

/** Which files the messages of a suite's cases name, and the bytes that stand in these themselves. */
export class MediaNeeds {
  readonly #files = new Map<string, NeededFile>();
  /** The bytes of data: URLs, by their digest. */
  readonly data = new Map<string, Uint8Array>();

  get files(): Iterable<NeededFile> {
    return this.#files.values();
  }

  /** Makes the parts of a case's messages, and keeps what they need; files are not looked at yet. */
  partsOf(item: ResolvedCase): MediaPartOf {
    return (part) => {
      const made = partWith(part, (type, path) => this.#need(type, path, item));
      const { type, source } = sourceOf(part);
      if ('digest' in made && /^data:/i.test(source) && !this.data.has(made.digest)) {
        const read = readDataUrl(source, type);
        if ('bytes' in read) this.data.set(made.digest, read.bytes);
      }
      return made;
    };
  }

  #need(type: MediaType, path: string, item: ResolvedCase): HeldMedia {
    const key = fileKey(type, path);
    const known = this.#files.get(key);
    if (known) known.cases++;
    else this.#files.set(key, { type, path, first: item, cases: 1 });
    return { mediaType: '', digest: path, bytes: 0 };
  }
}
