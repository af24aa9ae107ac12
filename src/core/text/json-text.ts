import { type Json, Literal } from '../../model/json.js';
import { sameDecimal } from './decimal.js';

/** What is wrong with a text that should be JSON; `offset` counts from 0. */
export interface JsonFault {
  readonly offset: number;
  readonly message: string;
  /** It may well be JSON, but nobody can walk it. */
  readonly tooDeep?: true;
}

export type ParsedJson = { readonly data: Json; readonly fault: null } | { readonly fault: JsonFault };

export interface JsonReading {
  /**
   * Which numbers are a Literal. `values` (the default): those that no double holds. `texts`: also those that JavaScript
   * would write in another way, such as 3.10 and 1e3, since what a person wrote is what is sent and compared.
   */
  readonly keep?: 'values' | 'texts';
  /** Deeper than any data by default, and far from what exhausts the stack of whoever walks it. */
  readonly depth?: number;
}

const DEFAULT_DEPTH = 100;

/** How git marks in a file what it could not merge. */
export const CONFLICT = /^<{7} /m;
export const UNMERGED =
  'git has left a merge here: keep one of its sides, and take out the lines <<<<<<<, ======= and >>>>>>>';

/**
 * Parses JSON strictly and without loss. What JSON.parse lets through in silence is a fault: a key given twice (the last
 * would win), `__proto__`, and nesting without end. What it changes in silence, numbers, is kept.
 */
export function parseJsonText(text: string, { keep = 'values', depth = DEFAULT_DEPTH }: JsonReading = {}): ParsedJson {
  try {
    return { data: new JsonReader(text, keep, depth).read(), fault: null };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const { fault } = error;
    return {
      fault: CONFLICT.test(text.slice(fault.offset, fault.offset + 8)) ? { ...fault, message: UNMERGED } : fault,
    };
  }
}

/** Thrown within this file only. */
class Fault {
  readonly fault: JsonFault;

  constructor(fault: JsonFault) {
    this.fault = fault;
  }
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[\da-fA-F]{4})/y;
/** White space, which is less than what `\s` is. */
const BLANK = /[ \t\n\r]*/y;

class JsonReader {
  readonly #text: string;
  readonly #keep: 'values' | 'texts';
  readonly #depth: number;
  #at = 0;

  constructor(text: string, keep: 'values' | 'texts', depth: number) {
    this.#text = text;
    this.#keep = keep;
    this.#depth = depth;
  }

  read(): Json {
    const data = this.#readValue(1);
    this.#skipBlank();
    if (this.#at < this.#text.length) throw this.#fault('unexpected non-whitespace character after JSON');
    return data;
  }

  /** `level` is that of a list or object which begins here. */
  #readValue(level: number): Json {
    this.#skipBlank();
    switch (this.#text[this.#at]) {
      case '{':
        return this.#readObject(level);
      case '[':
        return this.#readList(level);
      case '"':
        return this.#readText();
      case 't':
        return this.#readWord('true', true);
      case 'f':
        return this.#readWord('false', false);
      case 'n':
        return this.#readWord('null', null);
      default:
        return this.#readNumber();
    }
  }

  #readObject(level: number): Json {
    this.#open(level);
    const object: Record<string, Json> = {};
    if (this.#take('}')) return object;
    for (let first = true; ; first = false) {
      this.#skipBlank();
      const offset = this.#at;
      if (this.#text[offset] !== '"')
        throw this.#fault(first ? "expected property name or '}'" : 'expected double-quoted property name');
      const key = this.#readText();
      if (key === '__proto__') throw this.#faultAt(offset, 'the key __proto__ is not allowed');
      if (Object.hasOwn(object, key)) throw this.#faultAt(offset, `duplicate key ${key}`);
      if (!this.#take(':')) throw this.#fault("expected ':' after property name");
      object[key] = this.#readValue(level + 1);
      if (this.#take('}')) return object;
      if (!this.#take(',')) throw this.#fault("expected ',' or '}' after property value");
    }
  }

  #readList(level: number): Json {
    this.#open(level);
    const list: Json[] = [];
    if (this.#take(']')) return list;
    for (;;) {
      list.push(this.#readValue(level + 1));
      if (this.#take(']')) return list;
      if (!this.#take(',')) throw this.#fault("expected ',' or ']' after array element");
    }
  }

  #open(level: number): void {
    if (level > this.#depth)
      throw new Fault({ offset: this.#at, message: `it is nested more than ${this.#depth} deep`, tooDeep: true });
    this.#at++;
  }

  #readText(): string {
    const start = this.#at;
    let escaped = false;
    for (let at = start + 1; ; at++) {
      const code = this.#text.charCodeAt(at);
      if (code === 0x22) {
        this.#at = at + 1;
        // Each escape was looked at
        return escaped ? (JSON.parse(this.#text.slice(start, this.#at)) as string) : this.#text.slice(start + 1, at);
      }
      if (code === 0x5c) {
        escaped = true;
        ESCAPE.lastIndex = at;
        const length = ESCAPE.exec(this.#text)?.[0].length;
        if (length === undefined) throw this.#faultAt(at, 'bad escaped character');
        at += length - 1;
      } else if (!(code >= 0x20)) throw this.#faultAt(at, 'bad control character in string literal');
    }
  }

  #readNumber(): Json {
    NUMBER.lastIndex = this.#at;
    const text = NUMBER.exec(this.#text)?.[0];
    if (text === undefined) {
      if (this.#text[this.#at] === '-') throw this.#faultAt(this.#at + 1, 'no number after minus sign');
      throw this.#unexpected(this.#at);
    }
    this.#at += text.length;
    if (/[\d.eE+-]/.test(this.#text[this.#at] ?? '')) throw this.#unexpected(this.#at);
    const value = Number(text);
    // The text of a double is the shortest that leads to it, so it says which number people mean by it
    const written = String(value);
    return written === text || (this.#keep === 'values' && sameDecimal(text, written))
      ? value
      : new Literal(value, text);
  }

  #readWord<T extends Json>(word: string, value: T): T {
    for (const letter of word) {
      if (this.#text[this.#at] !== letter) throw this.#unexpected(this.#at);
      this.#at++;
    }
    return value;
  }

  /** Goes over a sign, and the blanks before it, if it comes next. */
  #take(sign: string): boolean {
    this.#skipBlank();
    if (this.#text[this.#at] !== sign) return false;
    this.#at++;
    return true;
  }

  #skipBlank(): void {
    if (!(this.#text.charCodeAt(this.#at) <= 0x20)) return;
    BLANK.lastIndex = this.#at;
    this.#at += BLANK.exec(this.#text)?.[0].length ?? 0;
  }

  #unexpected(at: number): Fault {
    return this.#faultAt(at, `unexpected token '${String.fromCodePoint(this.#text.codePointAt(at) ?? 0)}'`);
  }

  #fault(message: string): Fault {
    return this.#faultAt(this.#at, message);
  }

  #faultAt(offset: number, message: string): Fault {
    return offset < this.#text.length
      ? new Fault({ offset, message })
      : new Fault({ offset: this.#text.length, message: 'it ends too early' });
  }
}
