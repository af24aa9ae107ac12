import type { SourcePlace } from '../model/problem.js';
import type { Imported, ImportFinding, Places } from './importer.js';
import type { Unreadable } from './located.js';

/** The note on prompts that come without a suite. */
export const NOT_EVALUATED =
  'a prompt without a suite is not evaluated: write one in evals/ with its cases, metrics and gates';

/** What becomes of a source that cannot be read. */
export function nothingOf({ place, why }: Unreadable): Imported {
  return { files: [], report: [{ status: 'refused', what: 'file', place, note: why }] };
}

/** Collects what becomes of the parts of a source, in the order in which they stand there. */
export class Findings {
  #found: ImportFinding[] = [];
  readonly #places = new Map<string, SourcePlace>();
  readonly #parts: Findings[] = [];

  /** Collects of a part, such as one prompt of several: what it finds is told here too, and its places are its own. */
  ofPart(): Findings {
    const part = new Findings();
    this.#parts.push(part);
    return part;
  }

  /** Nothing of this part was taken over after all: only what was refused is told. */
  withdraw(): void {
    this.#found = this.#found.filter(({ status }) => status === 'refused');
    for (const part of this.#parts) part.withdraw();
  }

  /** It means the same here. */
  take(what: string, place: SourcePlace, note = ''): void {
    this.#found.push({ status: 'taken', what, place, note });
  }

  /** Remembers where a part of the prompt stands, by its key in the written file. */
  mark(key: string, place: SourcePlace): void {
    this.#places.set(key, place);
  }

  /** What was remembered. */
  get places(): Places {
    return this.#places;
  }

  /** It is there, and means something else: the note says what was chosen. */
  change(what: string, place: SourcePlace, note: string): void {
    this.#found.push({ status: 'changed', what, place, note });
  }

  /** It is not there: the note says how llmci does it. */
  refuse(what: string, place: SourcePlace, note: string): void {
    this.#found.push({ status: 'refused', what, place, note });
  }

  /** By file and place. What is said twice of one place is said once. */
  all(): readonly ImportFinding[] {
    return inOrder([...this.#found, ...this.#parts.flatMap((part) => part.all())]);
  }
}

/** Findings by file and place, each once. */
export function inOrder(findings: readonly ImportFinding[]): readonly ImportFinding[] {
  const unique = new Map(findings.map((finding) => [JSON.stringify(finding), finding]));
  const files = [...new Set(findings.map(({ place }) => place.file))];
  return [...unique.values()].sort(
    ({ place: a }, { place: b }) =>
      files.indexOf(a.file) - files.indexOf(b.file) || a.line - b.line || a.column - b.column,
  );
}
