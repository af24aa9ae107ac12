import type { Finding, SourcePlace } from './importer.js';

/** Collects what becomes of the parts of a source, in the order in which they stand there. */
export class Findings {
  readonly #found: Finding[] = [];

  /** It means the same here. */
  take(what: string, place: SourcePlace, note = ''): void {
    this.#found.push({ status: 'taken', what, place, note });
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
  all(): readonly Finding[] {
    const unique = new Map(this.#found.map((finding) => [JSON.stringify(finding), finding]));
    const files = [...new Set(this.#found.map(({ place }) => place.file))];
    return [...unique.values()].sort(
      ({ place: a }, { place: b }) =>
        files.indexOf(a.file) - files.indexOf(b.file) || a.line - b.line || a.column - b.column,
    );
  }
}
