import { answerRelevancy } from './answer-relevancy.js';
import { bleu } from './bleu.js';
import { chrf } from './chrf.js';
import { closedQa } from './closed-qa.js';
import { contains } from './contains.js';
import { contextPrecision } from './context-precision.js';
import { contextRecall } from './context-recall.js';
import type { AnyMetric } from './contract.js';
import { cost } from './cost.js';
import { equals } from './equals.js';
import { exactMatch } from './exact-match.js';
import { exec } from './exec.js';
import { f1 } from './f1.js';
import { factuality } from './factuality.js';
import { faithfulness } from './faithfulness.js';
import { finish } from './finish.js';
import { firstToken } from './first-token.js';
import { json } from './json.js';
import { jsonSimilarity } from './json-similarity.js';
import { judge } from './judge.js';
import { language } from './language.js';
import { latency } from './latency.js';
import { length } from './length.js';
import { levenshtein } from './levenshtein.js';
import { numeric } from './numeric.js';
import { oneOf } from './one-of.js';
import { pairwise } from './pairwise.js';
import { pii } from './pii.js';
import { readability } from './readability.js';
import { refusal } from './refusal.js';
import { regex } from './regex.js';
import { rouge } from './rouge.js';
import { secrets } from './secrets.js';
import { semantic } from './semantic.js';
import { similarity } from './similarity.js';
import { startsWith } from './starts-with.js';
import { steps } from './steps.js';
import { ter } from './ter.js';
import { tokens } from './tokens.js';
import { toolCall } from './tool-call.js';
import { toolCalls } from './tool-calls.js';
import { toxicity } from './toxicity.js';

/** THE list of built-in metrics, in the order of the docs. A new one is its file and a line here. */
export const builtInMetrics: readonly AnyMetric[] = [
  equals,
  contains,
  startsWith,
  oneOf,
  regex,
  numeric,
  exactMatch,
  f1,
  json,
  jsonSimilarity,
  toolCall,
  toolCalls,
  steps,
  similarity,
  levenshtein,
  rouge,
  bleu,
  chrf,
  ter,
  semantic,
  judge,
  factuality,
  closedQa,
  pairwise,
  faithfulness,
  answerRelevancy,
  contextPrecision,
  contextRecall,
  length,
  refusal,
  toxicity,
  pii,
  secrets,
  language,
  readability,
  finish,
  latency,
  firstToken,
  tokens,
  cost,
  exec,
];
