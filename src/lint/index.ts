import type { Rule } from './rule.js';
import { foreignBraces } from './rules/foreign-braces.js';
import { idleGate } from './rules/idle-gate.js';
import { repeatedSentence } from './rules/repeated-sentence.js';
import { retiredModel } from './rules/retired-model.js';
import { retiringModel } from './rules/retiring-model.js';
import { unusedInput } from './rules/unused-input.js';

/** THE list of lint rules, in the order of the docs. A new one is its file and a line here. */
export const lintRules: readonly Rule[] = [
  unusedInput,
  foreignBraces,
  retiredModel,
  retiringModel,
  repeatedSentence,
  idleGate,
];

export const ruleIds: readonly string[] = lintRules.map(({ id }) => id);
