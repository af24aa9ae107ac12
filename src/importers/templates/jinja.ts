import { type Converted, NoEqual, requireLiquid, tryConvert } from './converted.js';

/** Tags and outputs, and what Liquid would take for its own. */
const PARTS = /\{\{[\s\S]*?\}\}|\{%[\s\S]*?%\}|\{#[\s\S]*?#\}|\{\{|\{%|\{#/g;
const NAME = String.raw`[A-Za-z_]\w*`;
const PATH = new RegExp(String.raw`^${NAME}(?:\.${NAME}|\[\d+\]|\["[^"\\]*"\]|\['[^'\\]*'\])*$`);
const LITERAL = /^(?:"[^"\\]*"|'[^'\\]*'|-?\d+(?:\.\d+)?)$/;
/** Names that are values in Liquid, and variables elsewhere. */
const WORDS_OF_LIQUID = new Set(['nil', 'null', 'empty', 'blank', 'forloop', 'tablerowloop', 'contains']);

/** Filters that say the same under another name; of one with arguments these are checked where it is written. */
const FILTERS: Readonly<Record<string, string>> = {
  upper: 'upcase',
  lower: 'downcase',
  trim: 'strip',
  capitalize: 'capitalize',
  length: 'size',
  count: 'size',
  dump: 'json',
  tojson: 'json',
  to_json: 'json',
  first: 'first',
  last: 'last',
  abs: 'abs',
};
/** Filters that change nothing where nothing is escaped. */
const NO_FILTERS = new Set(['safe', 'string']);

/**
 * A Nunjucks or Jinja template in Liquid, where Liquid means the same. Both have more than Liquid: macros, calls, arithmetic,
 * files. These are faults.
 */
export function jinjaToLiquid(text: string): Converted {
  return tryConvert(() => {
    const writer = new JinjaWriter(text);
    return { text: writer.write(), notes: writer.notes };
  });
}

class JinjaWriter {
  readonly #source: string;
  readonly #open: ('if' | 'for')[] = [];
  readonly #notes = new Set<string>();

  constructor(source: string) {
    this.#source = source;
  }

  get notes(): readonly string[] {
    return [...this.#notes];
  }

  write(): string {
    let written = '';
    let done = 0;
    let raw: number | null = null;
    for (const match of this.#source.matchAll(PARTS)) {
      const [part] = match;
      written += this.#source.slice(done, match.index);
      done = match.index + part.length;
      const tag = /^\{%-?\s*(end)?raw\s*-?%\}$/.exec(part);
      if (tag) raw = tag[1] ? null : match.index;
      if (tag || raw !== null) written += part;
      else written += this.#part(part, match.index);
    }
    const open = this.#open.at(-1);
    if (open !== undefined || raw !== null)
      throw new NoEqual(`{% ${open ?? 'raw'} %} is never closed`, raw ?? this.#source.length);
    return requireLiquid(written + this.#source.slice(done));
  }

  #part(part: string, offset: number): string {
    if (part.length === 2) throw new NoEqual(`${part} is never closed`, offset);
    const [, open = '', inner = '', close = ''] = /^(\{.-?)([\s\S]*?)(-?.\})$/.exec(part) ?? [];
    if (open.startsWith('{#')) return '';
    const content = inner.trim();
    if (open.startsWith('{{')) return `${open} ${this.#output(content, offset)} ${close}`;
    const tag = this.#tag(content, offset);
    return `${open} ${tag} ${close}`;
  }

  #tag(content: string, offset: number): string {
    const [, word = '', rest = ''] = /^(\w+)\s*([\s\S]*)$/.exec(content) ?? [];
    switch (word) {
      case 'if':
        this.#open.push('if');
        return `if ${this.#condition(rest, offset)}`;
      case 'elif':
      case 'elseif':
        return `elsif ${this.#condition(rest, offset)}`;
      case 'else':
        return 'else';
      case 'endif':
      case 'endfor':
        if (this.#open.pop() !== word.slice(3)) throw new NoEqual(`{% ${word} %} closes nothing`, offset);
        return word;
      case 'for': {
        const [, item = '', list = ''] = /^(\w+)\s+in\s+([\s\S]+)$/.exec(rest) ?? [];
        if (!PATH.test(list.trim()) || item === '')
          throw new NoEqual(`Liquid has no loop like {% ${content} %}`, offset);
        this.#open.push('for');
        return `for ${item} in ${this.#path(list.trim(), offset)}`;
      }
      case 'set': {
        const [, name = '', value = ''] = /^(\w+)\s*=\s*([\s\S]+)$/.exec(rest) ?? [];
        if (name === '' || this.#open.includes('for'))
          throw new NoEqual(`{% ${content} %} has no equal in Liquid`, offset);
        return `assign ${name} = ${this.#output(value, offset)}`;
      }
      default:
        throw new NoEqual(`Liquid has no tag like {% ${content} %}`, offset);
    }
  }

  /** A value and its filters. */
  #output(content: string, offset: number): string {
    const [value = '', ...filters] = splitOutside(content, '|').map((each) => each.trim());
    const written = LITERAL.test(value) ? value : this.#path(value, offset);
    return [written, ...filters.flatMap((filter) => this.#filter(filter, offset))].join(' | ');
  }

  #filter(filter: string, offset: number): readonly string[] {
    const [, name = '', , inner = ''] = /^(\w+)\s*(\(([\s\S]*)\))?$/.exec(filter) ?? [];
    const args = inner.trim() === '' ? [] : splitOutside(inner, ',').map((each) => each.trim());
    if (NO_FILTERS.has(name) && args.length === 0) return [];
    const own = FILTERS[name];
    if (own !== undefined && args.length === 0) return [own];
    const written = args.filter((arg) => LITERAL.test(arg) || PATH.test(arg));
    if (written.length === args.length) {
      if (name === 'join' && args.length <= 1) return [`join: ${args[0] ?? '""'}`];
      if (name === 'replace' && args.length === 2) return [`replace: ${args.join(', ')}`];
      if ((name === 'default' || name === 'd') && args.length >= 1 && args.length <= 2) {
        if (args.length === 1) this.#notes.add('`default` of Liquid also stands in for an empty text and for false');
        return [`default: ${args[0]}`];
      }
    }
    throw new NoEqual(`Liquid has no filter like ${filter}`, offset);
  }

  /** A condition. Elsewhere an empty text and 0 are false; in Liquid they are true. */
  #condition(content: string, offset: number): string {
    const ands = content.split(/\s+and\s+/);
    const ors = content.split(/\s+or\s+/);
    if (ands.length > 1 && ors.length > 1) throw new NoEqual(`Liquid has no brackets for ${content}`, offset);
    if (ors.length > 1) return ors.map((part) => this.#comparison(part, offset)).join(' or ');
    return ands
      .map((part) => (PATH.test(part.trim()) ? this.#truth(part.trim(), offset) : this.#comparison(part, offset)))
      .join(' and ');
  }

  #truth(value: string, offset: number): string {
    if (value === 'true' || value === 'false') return value;
    const path = this.#path(value, offset);
    if (path.startsWith('forloop.')) return path;
    if (path !== value || path.includes('.') || path.includes('['))
      throw new NoEqual(`an empty text is false in ${value}, and true in Liquid`, offset);
    return `${path} and ${path} != "" and ${path} != 0`;
  }

  #comparison(content: string, offset: number): string {
    const [, left = '', sign = '', right = ''] =
      /^(\S+)\s*(===?|!==?|<=|>=|<|>)\s*([\s\S]+)$/.exec(content.trim()) ?? [];
    const side = (text: string) => {
      const value = text.trim();
      if (LITERAL.test(value) || value === 'true' || value === 'false') return value;
      return this.#path(value, offset);
    };
    if (sign !== '') return `${side(left)} ${sign.slice(0, 2)} ${side(right)}`;
    const [, item = '', list = ''] = /^(\S+|"[^"]*"|'[^']*')\s+in\s+(\S+)$/.exec(content.trim()) ?? [];
    if (item !== '') return `${side(list)} contains ${side(item)}`;
    throw new NoEqual(`Liquid has no condition like ${content}`, offset);
  }

  #path(value: string, offset: number): string {
    const own = value.replace(/^loop\.(index0?|first|last|length)$/, 'forloop.$1');
    if (!PATH.test(own) || WORDS_OF_LIQUID.has(own) || /^(loop|super|caller|self)\b/.test(own))
      throw new NoEqual(`Liquid has no expression like ${value}`, offset);
    return own;
  }
}

/** The parts of a text between a sign, where it stands in no quotes and no brackets. */
function splitOutside(text: string, sign: string): readonly string[] {
  const parts: string[] = [''];
  let quote = '';
  let depth = 0;
  for (const letter of text) {
    if (quote !== '') quote = letter === quote ? '' : quote;
    else if (letter === '"' || letter === "'") quote = letter;
    else if ('([{'.includes(letter)) depth++;
    else if (')]}'.includes(letter)) depth--;
    if (letter === sign && quote === '' && depth === 0) parts.push('');
    else parts[parts.length - 1] += letter;
  }
  return parts;
}
