import { readDataUrl } from '../../core/requests/data-url.js';
import { fileKey, type MediaFiles, type MediaPartOf, partWith, sourceOf } from '../../core/requests/media-source.js';
import { canonicalJson } from '../../core/text/canonical.js';
import type { HeldMedia, MediaPart, MediaType, Message } from '../../model/message.js';
import { mediaIn, type PlacedPart } from '../../providers/contract/media.js';
import type { ResolvedCase } from '../datasets/resolved-case.js';

/** Something that cases need: the first of them, and how many there are. */
interface Need {
  readonly first: ResolvedCase;
  cases: number;
}

/** A file that messages name. */
export interface NeededFile extends Need {
  readonly type: MediaType;
  /** As it is written. */
  readonly path: string;
}

/** Why a part cannot be sent to those that a prompt runs on; null when it can. */
export type RefusePart = (placed: PlacedPart) => string | null;

/** A part as it will be sent, by someone to models that may not take it. */
interface PartUse extends Need, PlacedPart {
  readonly refuse: RefusePart;
}

/** Which files the messages of a suite's cases name, the bytes that stand in these themselves, and who is to be sent them. */
export class MediaNeeds {
  readonly #files = new Map<string, NeededFile>();
  readonly #uses = new Map<string, PartUse>();
  readonly #ofCase = new WeakMap<ResolvedCase, Set<string>>();
  /** The bytes of data: URLs, by their digest. */
  readonly data = new Map<string, Uint8Array>();

  get files(): Iterable<NeededFile> {
    return this.#files.values();
  }

  /** By what the files of a case are looked up in MediaFiles; none when it names none. */
  filesOf(item: ResolvedCase): readonly string[] {
    return [...(this.#ofCase.get(item) ?? [])].sort();
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

  /** Takes the messages of a case that a prompt will send; `prompt` names it. */
  use(messages: readonly Message[], item: ResolvedCase, prompt: string, refuse: RefusePart): void {
    for (const { role, content } of messages) {
      for (const part of mediaIn(content)) {
        const { name: _, ...rest } = part;
        const key = canonicalJson([prompt, role, rest]);
        const known = this.#uses.get(key);
        if (known) known.cases++;
        else this.#uses.set(key, { part, role, refuse, first: item, cases: 1 });
      }
    }
  }

  /** The parts that cannot be sent, and why, now that the files are known. Those that are not there are another matter. */
  refused(files: MediaFiles): readonly (Need & { readonly fault: string })[] {
    return [...this.#uses.values()].flatMap(({ part: written, role, refuse, first, cases }) => {
      const part = withFile(written, files);
      const fault = part && refuse({ part, role });
      return fault ? [{ first, cases, fault }] : [];
    });
  }

  #need(type: MediaType, path: string, item: ResolvedCase): HeldMedia {
    const key = fileKey(type, path);
    const known = this.#files.get(key);
    if (known) known.cases++;
    else this.#files.set(key, { type, path, first: item, cases: 1 });
    const keys = this.#ofCase.get(item) ?? new Set();
    this.#ofCase.set(item, keys.add(key));
    return { mediaType: NOT_READ, digest: path, bytes: 0 };
  }
}

/** The media type of a file that nobody has looked at; its path stands for its digest. */
const NOT_READ = '';

function withFile(part: MediaPart, files: MediaFiles): MediaPart | null {
  if ('url' in part || part.mediaType !== NOT_READ) return part;
  const held = files.get(fileKey(part.type, part.digest));
  return held ? { ...part, ...held } : null;
}
