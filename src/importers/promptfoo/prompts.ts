import { isBlank } from '../../model/blank.js';
import type { Json } from '../../model/json.js';
import type { SourcePlace } from '../../model/problem.js';
import { slug, stemOf } from '../draft/names.js';
import { isUnreadable, type Located, located, memberOf, parseLocated, textOfLocated } from '../located.js';
import { isChat, type MessagesDraft, readChat, type Translate } from '../messages.js';
import { pathNamed, type Reading, readNamed, readNamedData } from '../reading.js';
import { jinjaToLiquid } from '../templates/jinja.js';
import { isTemplate, substitute } from '../templates/substitute.js';
import { refuseTemplate, translateWith } from '../translate.js';

/** A prompt of a promptfoo file. */
export interface FoundPrompt {
  readonly name: string;
  /** What tests and providers call it. */
  readonly labels: readonly string[];
  readonly messages: MessagesDraft;
  readonly place: SourcePlace;
}

const TEXTS = /\.(txt|md|j2|jinja2?|njk|tmpl|prompt)$/i;
const DATA = /\.(json|ya?ml)$/i;
const CODE = /\.(js|cjs|mjs|ts|cts|mts|py|rb|go|sh)(:|$)/i;
const IN_CODE =
  'code makes this prompt, and is never run by an import: write what it makes as a template, and what it computes as variables of the cases';

const MADE_MESSAGES =
  'its messages are made by a template: write them as `messages`, or a list of messages as `history`';

/** The prompts of a promptfoo file, each with what became of it in the report. */
export async function readPrompts(
  reading: Reading,
  written: Located | undefined,
  env: Readonly<Record<string, Json>>,
): Promise<readonly FoundPrompt[]> {
  const found: FoundPrompt[] = [];
  const reader = new PromptReader(reading, env, found);
  if (!written) return [];
  const single = textOfLocated(written);
  if (single !== undefined) await reader.readText(single, [], written.place);
  for (const item of written.items) await reader.readItem(item);
  // Before lists there was a mapping of files to labels
  for (const [file, { value, place }] of written.members) {
    const label = textOfLocated(value);
    await reader.readText(file, label === undefined ? [] : [label], place);
  }
  return found;
}

class PromptReader {
  readonly #reading: Reading;
  readonly #env: Readonly<Record<string, Json>>;
  readonly #found: FoundPrompt[];

  constructor(reading: Reading, env: Readonly<Record<string, Json>>, found: FoundPrompt[]) {
    this.#reading = reading;
    this.#env = env;
    this.#found = found;
  }

  async readItem(item: Located): Promise<void> {
    const { findings } = this.#reading;
    const text = textOfLocated(item);
    if (text !== undefined) return this.readText(text, [], item.place);
    const raw = memberOf(item, 'raw') ?? memberOf(item, 'id') ?? memberOf(item, 'label');
    const written = textOfLocated(raw);
    const labels = ['label', 'id', 'display'].flatMap((key) => textOfLocated(memberOf(item, key)) ?? []);
    for (const [key, { value, place }] of item.members) {
      if (['raw', 'id', 'label', 'display', 'template'].includes(key)) continue;
      if (Object.keys(value.data ?? {}).length > 0 || typeof value.data !== 'object')
        findings.refuse(`prompt ${key}`, place, 'write it into `modelParameters` of the prompt');
    }
    if (raw && written !== undefined) return this.readText(written, labels, raw.place);
    findings.refuse('prompt', item.place, 'it has no text');
  }

  async readText(text: string, labels: readonly string[], place: SourcePlace): Promise<void> {
    const { findings, files } = this.#reading;
    const named = text.trim();
    if (/^(exec|python|package):/.test(named) || (isPath(named) && CODE.test(named)))
      return findings.refuse(`prompt ${named}`, place, IN_CODE);
    if (!isPath(named) && !(isFileName(named) && (await this.#isThere(place.file, named))))
      return this.#inline(text, labels, place);
    if (!/[*?[]/.test(named)) return this.#file(named, labels, place);
    const pattern = pathNamed(place.file, named);
    const paths = pattern === null ? [] : await files.find(pattern);
    if (paths.length === 0) findings.refuse(`prompts ${named}`, place, 'no file fits it');
    const up = '../'.repeat(place.file.split('/').length - 1);
    for (const path of paths) {
      if (CODE.test(path)) findings.refuse(`prompt ${path}`, place, IN_CODE);
      else await this.#file(`${up}${path}`, [], place);
    }
  }

  async #isThere(from: string, written: string): Promise<boolean> {
    const path = pathNamed(from, written);
    if (path !== null && /[*]/.test(path)) return (await this.#reading.files.find(path)).length > 0;
    return path !== null && 'text' in (await this.#reading.files.read(path));
  }

  async #file(written: string, labels: readonly string[], place: SourcePlace): Promise<void> {
    const what = `prompt ${written}`;
    const name = stemOf(written);
    if (DATA.test(written)) {
      const data = await readNamedData(this.#reading, what, written, place);
      if (data) this.#chat(data, name, [written, ...labels]);
      return;
    }
    const file = await readNamed(this.#reading, what, written, place);
    if (file === null) return;
    const texts = file.text.split(/^---\s*$/m);
    let line = 1;
    for (const text of texts) {
      const start = { file: file.path, line: line + (/^\n*/.exec(text)?.[0].length ?? 0), column: 1 };
      line += text.split('\n').length - 1;
      if (!isBlank(text)) this.#inline(text.trim(), texts.length > 1 ? labels : [written, ...labels], start, name);
    }
  }

  #inline(text: string, labels: readonly string[], place: SourcePlace, name?: string): void {
    if (isBlank(text)) {
      this.#reading.findings.refuse('prompt', place, 'it has no text');
      return;
    }
    if (/^\s*\[\s*\{/.test(text) || /^\s*-\s*role\s*:/.test(text)) {
      const data = parseLocated(place.file, text);
      if (!isUnreadable(data)) this.#chat(relocate(data, place), name ?? labels[0] ?? '', labels);
      else this.#reading.findings.refuse('prompt', place, MADE_MESSAGES);
      return;
    }
    this.#add(name ?? labels[0] ?? '', labels, place, (translate) => [
      { role: 'user', content: translate(text, located(text, place)) },
    ]);
  }

  #chat(data: Located, name: string, labels: readonly string[]): void {
    const list = isChat(data) ? data : memberOf(data, 'messages');
    if (!list || !isChat(list)) {
      this.#reading.findings.refuse('prompt', data.place, 'it holds no list of messages with roles');
      return;
    }
    this.#add(name, labels, data.place, (translate) => readChat(list, translate));
  }

  #add(
    name: string,
    labels: readonly string[],
    place: SourcePlace,
    read: (translate: Translate) => MessagesDraft,
  ): void {
    const { findings } = this.#reading;
    const notes = new Set<string>();
    const translate = translateWith((text) => jinjaToLiquid(this.#withEnvironment(text)), notes);
    try {
      const messages = read(translate);
      const what = `prompt ${name}`.trim();
      if (notes.size > 0) findings.change(what, place, [...notes].join('; '));
      else findings.take(what, place);
      this.#found.push({ name: slug(name, ''), labels, messages, place });
    } catch (error) {
      refuseTemplate(error, 'prompt', findings);
    }
  }

  #withEnvironment(text: string): string {
    if (!isTemplate(text) || Object.keys(this.#env).length === 0) return text;
    return text.replace(/\{\{-?\s*env\.\w+\s*-?\}\}/g, (part) => substitute(part, { env: this.#env }).text || part);
  }
}

/** The places of a text within a file, for messages that were parsed from that text alone. */
function relocate(data: Located, start: SourcePlace): Located {
  return {
    ...data,
    place: { ...start, line: start.line + data.place.line - 1 },
    items: data.items.map((item) => relocate(item, start)),
    members: new Map(
      [...data.members].map(([key, { place, value }]) => [key, { place, value: relocate(value, start) }]),
    ),
  };
}

function isPath(text: string): boolean {
  return text.startsWith('file://');
}

function isFileName(text: string): boolean {
  return !text.includes('\n') && text.length < 300 && (TEXTS.test(text) || DATA.test(text) || /[*]/.test(text));
}
