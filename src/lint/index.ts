import type { Rule } from './rule.js';
import { blankChange } from './rules/blank-change.js';
import { blankRuns } from './rules/blank-runs.js';
import { blindGate } from './rules/blind-gate.js';
import { contradiction } from './rules/contradiction.js';
import { duplicateCases } from './rules/duplicate-cases.js';
import { emptyPasses } from './rules/empty-passes.js';
import { floatingModel } from './rules/floating-model.js';
import { foreignBraces } from './rules/foreign-braces.js';
import { grownPrompt } from './rules/grown-prompt.js';
import { idleGate } from './rules/idle-gate.js';
import { invisibleCharacters } from './rules/invisible-characters.js';
import { jsonWithoutSchema } from './rules/json-without-schema.js';
import { lateConstant } from './rules/late-constant.js';
import { leakedCase } from './rules/leaked-case.js';
import { longPrompt } from './rules/long-prompt.js';
import { looseSchema } from './rules/loose-schema.js';
import { mixedAlphabets } from './rules/mixed-alphabets.js';
import { noGates } from './rules/no-gates.js';
import { noOutputLimit } from './rules/no-output-limit.js';
import { noOwner } from './rules/no-owner.js';
import { noSuite } from './rules/no-suite.js';
import { openFence } from './rules/open-fence.js';
import { personalData } from './rules/personal-data.js';
import { placeholder } from './rules/placeholder.js';
import { refusedParameter } from './rules/refused-parameter.js';
import { reorderedText } from './rules/reordered-text.js';
import { repeatedSentence } from './rules/repeated-sentence.js';
import { retiredModel } from './rules/retired-model.js';
import { retiringModel } from './rules/retiring-model.js';
import { sameAnswer } from './rules/same-answer.js';
import { secret } from './rules/secret.js';
import { selfJudge } from './rules/self-judge.js';
import { staleBaseline } from './rules/stale-baseline.js';
import { staleCalibration } from './rules/stale-calibration.js';
import { staleCassette } from './rules/stale-cassette.js';
import { templateInValue } from './rules/template-in-value.js';
import { toolDescription } from './rules/tool-description.js';
import { undeclaredTool } from './rules/undeclared-tool.js';
import { undeclaredVariable } from './rules/undeclared-variable.js';
import { unfencedVariable } from './rules/unfenced-variable.js';
import { unknownField } from './rules/unknown-field.js';
import { unknownModel } from './rules/unknown-model.js';
import { unmentionedField } from './rules/unmentioned-field.js';
import { unmissableMark } from './rules/unmissable-mark.js';
import { untrustedInstructions } from './rules/untrusted-instructions.js';
import { unusedInput } from './rules/unused-input.js';
import { unusedTool } from './rules/unused-tool.js';
import { unusedVariable } from './rules/unused-variable.js';
import { warmJson } from './rules/warm-json.js';

/** THE list of lint rules, in the order of the docs. A new one is its file and a line here. */
export const lintRules: readonly Rule[] = [
  foreignBraces,
  openFence,
  templateInValue,
  undeclaredVariable,
  unfencedVariable,
  untrustedInstructions,
  unusedInput,
  unusedVariable,
  floatingModel,
  noOutputLimit,
  refusedParameter,
  retiredModel,
  retiringModel,
  unknownModel,
  warmJson,
  jsonWithoutSchema,
  looseSchema,
  unknownField,
  unmentionedField,
  blankRuns,
  contradiction,
  grownPrompt,
  invisibleCharacters,
  leakedCase,
  longPrompt,
  mixedAlphabets,
  personalData,
  placeholder,
  reorderedText,
  repeatedSentence,
  secret,
  blankChange,
  lateConstant,
  toolDescription,
  undeclaredTool,
  unusedTool,
  blindGate,
  duplicateCases,
  emptyPasses,
  idleGate,
  noGates,
  noOwner,
  noSuite,
  sameAnswer,
  selfJudge,
  staleBaseline,
  staleCalibration,
  staleCassette,
  unmissableMark,
];

export const ruleIds: readonly string[] = lintRules.map(({ id }) => id);
