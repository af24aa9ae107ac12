import type { Json } from '../../model/json.js';
import type { EqualMetric } from '../draft/metric-list.js';

/** `output.includes('text')`, perhaps without regard to case, perhaps denied. */
const INCLUDES = /^(!?)\s*output(\.toLowerCase\(\))?\.includes\((["'])((?:(?!\3)[^\\])*)\3\)$/;
/** `output.length < 500`. */
const LENGTH = /^output(?:\.trim\(\))?\.length\s*(<=?|>=?)\s*(\d+)$/;
/** `/pattern/i.test(output)`, perhaps denied. */
const TEST = /^(!?)\s*\/((?:[^/\\\n]|\\.)+)\/([a-z]*)\.test\(output\)$/;
/** `JSON.parse(output).field === 'value'`. */
const FIELD =
  /^JSON\.parse\(output\)((?:\.[A-Za-z_]\w*)+)\s*===?\s*("[^"\\]*"|'[^'\\]*'|-?\d+(?:\.\d+)?|true|false|null)$/;

/**
 * The metric that says the same as a line of JavaScript. Its shapes are matched as text, and nothing is run: of any other code this
 * knows nothing (null).
 */
export function sameAsCode(value: Json | undefined): EqualMetric | null {
  if (typeof value !== 'string') return null;
  const code = value
    .trim()
    .replace(/^return\s+/, '')
    .replace(/;$/, '')
    .trim();
  return includes(code) ?? length(code) ?? test(code) ?? field(code);
}

function includes(code: string): EqualMetric | null {
  const [, not, lower, , text = ''] = INCLUDES.exec(code) ?? [];
  // A text with capitals is in no text without
  if (text.trim() === '' || (lower && text !== text.toLowerCase())) return null;
  return {
    metric: { metric: 'contains', value: text, ...(lower ? { ignoreCase: true } : {}), ...(not ? { not: true } : {}) },
  };
}

function length(code: string): EqualMetric | null {
  const [, sign, written = ''] = LENGTH.exec(code) ?? [];
  if (sign === undefined) return null;
  const bound = Number(written) + (sign === '<' ? -1 : sign === '>' ? 1 : 0);
  return { metric: { metric: 'length', [sign.startsWith('<') ? 'max' : 'min']: Math.max(0, bound) } };
}

function test(code: string): EqualMetric | null {
  const [, not, pattern, written = ''] = TEST.exec(code) ?? [];
  const flags = written.replace('g', '');
  if (pattern === undefined || !/^[imsu]*$/.test(flags) || new Set(flags).size < flags.length) return null;
  try {
    new RegExp(pattern, flags);
  } catch {
    return null;
  }
  return { metric: { metric: 'regex', pattern, ...(flags ? { flags } : {}), ...(not ? { not: true } : {}) } };
}

function field(code: string): EqualMetric | null {
  const [, path, written = ''] = FIELD.exec(code) ?? [];
  if (path === undefined) return null;
  const value = /^["']/.test(written) ? written.slice(1, -1) : (JSON.parse(written) as Json);
  return {
    metric: { metric: 'json', schema: {}, fields: { [path.slice(1)]: value } },
    change: 'JSON in a fence counts too, where `JSON.parse` would have failed',
  };
}
