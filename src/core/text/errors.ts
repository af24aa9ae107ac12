import type { Problem } from '../../model/problem.js';
import { DELIVERY_ERRORS } from './delivery-errors.js';
import { EVALUATION_ERRORS } from './evaluation-errors.js';
import { count } from './format.js';

interface Entry {
  readonly text: string;
  readonly hint: string;
  readonly exit: number;
}

/** Every error a user can cause besides the problems in their files. `{x}` is filled in. */
const MESSAGES = { ...EVALUATION_ERRORS, ...DELIVERY_ERRORS } as const satisfies Record<string, Entry>;

export type ErrorCode = keyof typeof MESSAGES;

/** An error that a user can cause and can do something about. Any other error is a bug. */
export class LlmciError extends Error {
  override readonly name = 'LlmciError';
  readonly code: ErrorCode;
  readonly hint: string;
  readonly exitCode: number;
  /** For `invalid-files`: everything that is wrong in them. */
  readonly problems: readonly Problem[];
  /** What the message speaks of, by the names of its table. */
  readonly values: Readonly<Record<string, string>>;

  constructor(
    code: ErrorCode,
    values: Readonly<Record<string, string>> = {},
    problems: readonly Problem[] = [],
    reword: (text: string) => string = (text) => text,
  ) {
    super(reword(fill(MESSAGES[code].text, values)));
    this.code = code;
    this.values = values;
    this.hint = reword(fill(MESSAGES[code].hint, values));
    this.exitCode = MESSAGES[code].exit;
    this.problems = problems;
  }

  /** What is wrong, for where no list of the problems in files stands above. */
  get inOneLine(): string {
    const [first, ...others] = this.problems;
    if (this.code !== 'invalid-files' || !first) return this.message;
    const more = others.length === 0 ? '' : `; and ${count(others.length, 'more problem')}`;
    return `${first.file}:${first.line}:${first.column}: ${first.message}${more}`;
  }

  /** The same error in other words. */
  reworded(words: (text: string) => string): LlmciError {
    return new LlmciError(this.code, this.values, this.problems, words);
  }
}

/** The error of files that something is wrong in. */
export function invalidFiles(problems: readonly Problem[]): LlmciError {
  return new LlmciError('invalid-files', { count: count(problems.length, 'problem') }, problems);
}

function fill(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole);
}
