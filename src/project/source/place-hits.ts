import type { PlacedProblem } from '../../lint/ignore.js';
import type { RuledHit } from '../../lint/run-rules.js';
import { atTop } from '../../model/problem.js';
import { readOrNull } from '../../store/files/read-file.js';
import { readText } from './files.js';
import { parseYaml, type TextSource } from './yaml-source.js';

/** The sources of a project's YAML files, each read when it is first asked for; null for what cannot be read. */
export class YamlSources {
  readonly #root: string;
  // Promises, for hits are placed side by side
  readonly #sources = new Map<string, Promise<TextSource | null>>();

  constructor(root: string) {
    this.#root = root;
  }

  get(file: string): Promise<TextSource | null> {
    const source = this.#sources.get(file) ?? this.#read(file);
    this.#sources.set(file, source);
    return source;
  }

  async #read(file: string): Promise<TextSource | null> {
    if (!/\.ya?ml$/.test(file)) return null;
    const text = await readOrNull(readText(this.#root, file));
    return text === null ? null : parseYaml(file, text).source;
  }
}

/** A hit as a problem with its line and column, and the lines at which a comment may speak of it. */
export async function placeHit({ spot, message, rule, level }: RuledHit, files: YamlSources): Promise<PlacedProblem> {
  const severity = level === 'error' ? 'error' : 'warning';
  const said = { message, rule: rule.id, severity } as const;
  if ('line' in spot) return { problem: { ...spot, ...said }, lines: [spot.line] };
  const { file, path, part, offset } = spot;
  const source = await files.get(file);
  if (source === null) return { problem: { ...atTop(file), ...said }, lines: [1] };
  const place = offset === undefined ? source.at(path, part) : source.place(source.written(path, offset));
  const lines = [place.line, source.at(path, 'key').line, source.at(path, 'value').line];
  return { problem: { ...place, ...said }, lines };
}
