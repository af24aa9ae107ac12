import { contains } from './contains.js';
import { cost } from './cost.js';
import type { AnyMetric } from './define.js';
import { equals } from './equals.js';
import { finish } from './finish.js';
import { json } from './json.js';
import { latency } from './latency.js';
import { length } from './length.js';
import { numeric } from './numeric.js';
import { oneOf } from './one-of.js';
import { regex } from './regex.js';
import { semantic } from './semantic.js';
import { similarity } from './similarity.js';
import { startsWith } from './starts-with.js';
import { tokens } from './tokens.js';

/** THE list of built-in metrics, in the order of the docs. A new one is its file and a line here. */
export const builtInMetrics: readonly AnyMetric[] = [
  equals,
  contains,
  startsWith,
  oneOf,
  regex,
  numeric,
  json,
  similarity,
  semantic,
  length,
  finish,
  latency,
  tokens,
  cost,
];
