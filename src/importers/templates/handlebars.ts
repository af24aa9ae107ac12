import { type Converted, NoEqual, requireLiquid, tryConvert } from './converted.js';

const PARTS = /\\?\{\{\{[\s\S]*?\}\}\}|\\?\{\{!--[\s\S]*?--~?\}\}|\\?\{\{[\s\S]*?\}\}|\{%|\{\{/g;
const NAME = /^[A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*)*$/;
const LITERAL = /^(?:"[^"\\]*"|'[^'\\]*'|-?\d+(?:\.\d+)?|true|false)$/;

/** An open block, and how names within it are written. */
interface Block {
  readonly kind: 'if' | 'unless' | 'each';
  readonly offset: number;
  /** The variable of a loop. */
  readonly item: string | null;
}

/** A Handlebars template, as Dotprompt has it, in Liquid: values, `if`, `unless`, `each`, `ifEquals`, `json`. */
export function handlebarsToLiquid(text: string): Converted {
  return tryConvert(() => ({ text: new HandlebarsWriter(text).write(), notes: [] }));
}

class HandlebarsWriter {
  readonly #source: string;
  readonly #open: Block[] = [];

  constructor(source: string) {
    this.#source = source;
  }

  write(): string {
    let written = '';
    let done = 0;
    for (const match of this.#source.matchAll(PARTS)) {
      const [part] = match;
      written += this.#source.slice(done, match.index);
      done = match.index + part.length;
      if (part === '{%') throw new NoEqual('{% is text here, and a tag in Liquid', match.index);
      if (part === '{{' || part.startsWith('\\'))
        throw new NoEqual(`Liquid has no equal of ${part.slice(0, 40)}`, match.index);
      written += this.#part(part, match.index);
    }
    const open = this.#open.at(-1);
    if (open) throw new NoEqual(`{{#${open.kind}}} is never closed`, open.offset);
    return requireLiquid(written + this.#source.slice(done));
  }

  #part(part: string, offset: number): string {
    const [, left = '', inner = '', right = ''] = /^\{\{\{?(~?)([\s\S]*?)(~?)\}\}\}?$/.exec(part) ?? [];
    const content = inner.trim();
    if (content.startsWith('!')) return '';
    const [before, after] = [left ? '-' : '', right ? '-' : ''];
    const tag = this.#tag(content, offset);
    if (tag !== null) return `{%${before} ${tag} ${after}%}`;
    return `{{${before} ${this.#output(content, offset)} ${after}}}`;
  }

  #tag(content: string, offset: number): string | null {
    if (content === 'else') return 'else';
    const [, sign = '', word = '', rest = ''] = /^([#/]?)(\S+)\s*([\s\S]*)$/.exec(content) ?? [];
    if (content.startsWith('else if ')) return `elsif ${this.#condition(content.slice(8), offset)}`;
    if (sign === '/') return this.#close(word, offset);
    if (sign !== '#') return null;
    switch (word) {
      case 'if':
      case 'unless':
        this.#open.push({ kind: word, offset, item: null });
        return `${word} ${this.#condition(rest, offset)}`;
      case 'ifEquals':
      case 'unlessEquals': {
        const [left = '', right = ''] = rest.split(/\s+/);
        const kind = word === 'ifEquals' ? 'if' : 'unless';
        const tag = `${kind} ${this.#value(left, offset)} == ${this.#value(right, offset)}`;
        this.#open.push({ kind, offset, item: null });
        return tag;
      }
      case 'each': {
        const [, list = '', named] = /^(\S+)(?:\s+as\s+\|(\w+)\|)?$/.exec(rest.trim()) ?? [];
        const path = this.#value(list, offset);
        const item = named ?? `item${this.#depth() === 0 ? '' : this.#depth() + 1}`;
        this.#open.push({ kind: 'each', offset, item });
        return `for ${item} in ${path}`;
      }
      default:
        throw new NoEqual(`Liquid has no block like {{#${word}}}`, offset);
    }
  }

  #close(word: string, offset: number): string {
    const block = this.#open.pop();
    const kind = word === 'ifEquals' ? 'if' : word === 'unlessEquals' ? 'unless' : word;
    if (block?.kind !== kind) throw new NoEqual(`{{/${word}}} closes nothing`, offset);
    return kind === 'each' ? 'endfor' : `end${kind}`;
  }

  #depth(): number {
    return this.#open.filter(({ kind }) => kind === 'each').length;
  }

  /** Elsewhere an empty text, an empty list and 0 are false; in Liquid they are true. */
  #condition(content: string, offset: number): string {
    const path = this.#value(content.trim(), offset);
    if (LITERAL.test(path) || path.startsWith('forloop.')) return path;
    if (path.includes('.')) throw new NoEqual(`an empty text is false in ${content}, and true in Liquid`, offset);
    return `${path} and ${path} != empty and ${path} != 0`;
  }

  #output(content: string, offset: number): string {
    const json = /^json\s+(\S+)$/.exec(content);
    return json ? `${this.#value(json[1] ?? '', offset)} | json` : this.#value(content, offset);
  }

  #value(written: string, offset: number): string {
    if (LITERAL.test(written)) return written;
    const loops = this.#open.flatMap(({ item }) => item ?? []);
    const inner = loops.at(-1);
    const place = /^@(index|first|last)$/.exec(written)?.[1];
    if (place && inner) return `forloop.${place === 'index' ? 'index0' : place}`;
    const up = /^(?:\.\.\/)+/.exec(written)?.[0].length ?? 0;
    const name = written.slice(up).replace(/^\.\//, '');
    const item = up === 0 ? inner : loops[loops.length - 1 - up / 3];
    if (item !== undefined) {
      if (name === 'this' || name === '.') return item;
      const own = name.replace(/^this[./]/, '');
      if (NAME.test(own)) return loops.includes(own.split('.')[0] ?? '') ? own : `${item}.${own}`;
    } else if (NAME.test(name) && name !== 'this') return name;
    throw new NoEqual(`Liquid has no expression like {{${written}}}`, offset);
  }
}
