import { reasonOfRule } from '../../core/prompts/rule-changes.js';
import { count, formatNumber, formatUsd } from '../../core/text/format.js';
import { jsonText, writtenText } from '../../core/text/json-value.js';
import type { Diff, DiffedPrompt, RenderedCase, TokenCount } from '../../model/diff.js';
import type { Json } from '../../model/json.js';
import type { GateEdit, MessageEdit, PromptEdit, RiskReason, WordChange } from '../../model/prompt-change.js';

/** One edit for people: what it is of, what has become of it, and its words where they tell more. */
export interface ToldEdit {
  readonly label: string;
  readonly text: string;
  readonly words: readonly WordChange[] | null;
  /** Of a message that is new or gone, and of one with too many changes: all of it. */
  readonly whole: { readonly kind: 'added' | 'removed'; readonly text: string }[];
}

/** `support-reply`, `old-name → support-reply`. */
export function describeName({ id, before }: DiffedPrompt): string {
  return before !== null && before.id !== id ? `${before.id} → ${id}` : id;
}

/** The headline where the file promises less than the change can do; null otherwise. */
export function describeUnderstated({ understated, risk }: DiffedPrompt): string | null {
  return understated && `the file says risk: ${understated}, and this change is of ${risk} risk`;
}

/** `3a80..: digest before → now`, `new`, `gone`. */
export function describeIdentity({ before, now, effect }: DiffedPrompt): string {
  const short = (digest: string) => digest.slice(0, 12);
  const one = now ?? before;
  const digests = !(before && now)
    ? effect === 'added'
      ? 'new'
      : 'gone'
    : before.digest === now.digest
      ? `the same prompt (${short(now.digest)})`
      : `${short(before.digest)} → ${short(now.digest)}`;
  // A release has no file
  return one?.path ? `${one.path}, ${digests}` : digests;
}

/** The reasons that decide, each once; those of a lower risk are left to the list of edits. */
export function decidingReasons({ reasons, risk }: DiffedPrompt): readonly RiskReason[] {
  const deciding = reasons.filter((reason) => reason.risk === risk);
  return deciding.filter(({ text }, index) => deciding.findIndex((other) => other.text === text) === index);
}

/** What stands beside the change of a prompt, each with its label: tokens, cost, a line for each suite, owners. */
export function describeFacts(prompt: DiffedPrompt): readonly (readonly [label: string, text: string])[] {
  const cost = describeCost(prompt);
  return [
    ['tokens', describeTokens(prompt)],
    ...(cost === null ? [] : [['cost', cost] as const]),
    ...describeCoverage(prompt).map((line) => ['suites', line] as const),
    ...(prompt.owners.length > 0 ? [['owners', prompt.owners.join(', ')] as const] : []),
  ];
}

/** `412 → 430 tokens, counted`. */
function describeTokens({ tokens: { before, now } }: DiffedPrompt): string {
  const said = (side: TokenCount | null) => (side ? formatNumber(side.tokens) : 'none');
  const counted = [before, now].every((side) => side?.counted ?? true);
  const change = before?.tokens === now?.tokens ? said(now) : `${said(before)} → ${said(now)}`;
  return `${change} (${counted ? 'counted' : 'estimated'})`;
}

/** `$0.31 → $0.55 for 1,000 calls, at the mean usage of …`; null when nothing is known of its usage. */
function describeCost({ cost }: DiffedPrompt): string | null {
  if (cost === null) return null;
  const said = (usd: number | null) => (usd === null ? 'unknown' : formatUsd(usd));
  const change = cost.before === cost.now ? said(cost.now) : `${said(cost.before)} → ${said(cost.now)}`;
  return `${change} for 1,000 calls, at the mean usage of ${cost.usage}`;
}

/** `with the variables of case refund-window`, and why that cannot be shown. */
export function describeRendered({ case: id, edits, fault }: RenderedCase): string {
  if (fault !== null) return `with the variables of case ${id}: cannot be rendered: ${fault}`;
  return `with the variables of case ${id}${edits.length === 0 ? ': the same' : ''}`;
}

/** A line for each suite that runs the prompt, and one when there is none. */
function describeCoverage({ suites, calibration, effect }: DiffedPrompt): readonly string[] {
  if (suites === null) return [];
  const lines = suites.map(({ suite, baseline, cassette }) => {
    const parts = [
      {
        fits: 'its baseline fits',
        stale: 'its baseline is of another version: llmci bless, once a run passes',
        none: 'no baseline',
      }[baseline],
      {
        fits: 'its cassette fits',
        stale: 'its cassette was not recorded again: llmci eval --record',
        none: 'no cassette',
      }[cassette],
    ];
    return `${suite}: ${parts.join('; ')}`;
  });
  if (calibration === 'stale') lines.push('metrics that it judges have to be calibrated again');
  if (lines.length === 0 && effect !== 'removed') return ['none: nothing judges this prompt'];
  return lines;
}

/** Rules that have changed, the weaker ones first. */
export function describeRules({ rules }: Diff): readonly RiskReason[] {
  return rules.map(reasonOfRule).toSorted((a, b) => Number(b.risk === 'high') - Number(a.risk === 'high'));
}

/** `2 prompts changed, 1 is the same; high risk`. */
export function describeDiff({ prompts, same, rules, risk, broken }: Diff): string {
  const parts = [
    prompts.length === 0 ? 'no prompt has changed' : `${count(prompts.length, 'prompt')} changed`,
    same > 0 ? `${same} the same` : '',
    rules.length > 0 ? `${count(rules.length, 'rule')} changed` : '',
    broken.length > 0 ? `${count(broken.length, 'problem')} in files that were left out` : '',
  ].filter(Boolean);
  return `${parts.join(', ')}${prompts.length + rules.length > 0 ? `; ${risk} risk` : ''}`;
}

/** A gate as it was and as it is; of a setting its name too. */
function describeGateEdit({ rule, before, now }: GateEdit): string {
  const change = [before, now].filter(Boolean).join(' → ');
  return change.startsWith(rule) ? change : `${rule} ${change}`;
}

export function describeEdit(edit: PromptEdit): ToldEdit {
  const told = (label: string, text: string): ToldEdit => ({ label, text, words: null, whole: [] });
  switch (edit.what) {
    case 'model':
      return told('model', `${edit.before ?? 'none'} → ${edit.now ?? 'none'}`);
    case 'parameter':
      return told(edit.name, `${sayValue(edit.before)} → ${sayValue(edit.now)}`);
    case 'output':
      return told(`output ${edit.name}`, `${sayValue(edit.before)} → ${sayValue(edit.now)}`);
    case 'default':
      return told(`default of ${edit.name}`, `${sayValue(edit.before)} → ${sayValue(edit.now)}`);
    case 'about':
      return told(edit.name, `${sayValue(edit.before)} → ${sayValue(edit.now)}`);
    case 'message':
      return describeMessage(edit);
    case 'shift':
      return told(SHIFTS[edit.effect], [edit.before, edit.now].map(quoted).filter(Boolean).join(' → '));
    case 'schema':
      return told(
        `${edit.of} schema`,
        `${edit.at === '' ? '' : `${edit.at}: `}${edit.text}${edit.breaks === null ? '' : `; ${edit.breaks}`}`,
      );
    case 'tool':
      return told(`tool ${edit.name}`, describeTool(edit));
    case 'variable':
      return told(`variable ${edit.name}`, VARIABLES[edit.effect](edit.hasDefault));
    case 'gate':
      return told(`gate ${edit.effect}`, describeGateEdit(edit));
    case 'code':
      return told('code', 'the modules that give tools their results have changed');
    case 'restated':
      return told('file', 'says the same in other words: no message, setting or schema is another');
  }
}

const SHIFTS = {
  'guard-removed': 'guard removed',
  'guard-added': 'guard added',
  softened: 'softened',
  hardened: 'hardened',
  'permission-widened': 'permission widened',
  figure: 'figure',
} as const;

const VARIABLES = {
  added: (hasDefault: boolean) => (hasDefault ? 'is new, with a default' : 'is new: callers have to give it'),
  removed: () => 'is not used any more',
  'into-instructions': () => 'stands in the instructions now',
  'out-of-instructions': () => 'has left the instructions',
} as const;

function describeMessage({ effect, before, now, words }: MessageEdit): ToldEdit {
  const one = now ?? before;
  const label = `${one?.role ?? ''} message${one ? ` ${one.place}` : ''}`;
  if (before === null || now === null) {
    const kind = before === null ? 'added' : 'removed';
    return { label, text: kind === 'added' ? 'new' : 'gone', words: null, whole: [{ kind, text: one?.text ?? '' }] };
  }
  if (effect === 'moved') {
    const text =
      before.place === now.place ? 'others moved around it' : `moved from place ${before.place} to ${now.place}`;
    return { label, text, words: null, whole: [] };
  }
  if (effect === 'formatted') return { label, text: 'formatting only', words: null, whole: [] };
  const text = before.role === now.role ? 'edited' : `was a ${before.role} message`;
  if (words !== null) return { label, text, words: before.text === now.text ? null : words, whole: [] };
  return {
    label,
    text,
    words: null,
    whole: [
      { kind: 'removed', text: before.text },
      { kind: 'added', text: now.text },
    ],
  };
}

function describeTool({ effect, before, now }: Extract<PromptEdit, { what: 'tool' }>): string {
  switch (effect) {
    case 'added':
      return `new${now ? `: ${now}` : ''}`;
    case 'removed':
      return 'gone';
    case 'described':
      return `described as ${quoted(now) || 'nothing'} instead of ${quoted(before) || 'nothing'}`;
    case 'moved':
      return `the order of tools is another: ${now}`;
    case 'responds':
      return 'has other results in suites';
  }
}

function quoted(text: string | null): string {
  return text === null ? '' : `"${text}"`;
}

function sayValue(value: Json): string {
  if (value === null) return 'unset';
  return typeof value === 'object' ? jsonText(value) : writtenText(value);
}

/** Words of a stretch that is the same which are kept beside a change. */
const CONTEXT = 60;

/** A diff of words in which long stretches that are the same are cut: what has changed is what is looked for. */
export function cutSame(words: readonly WordChange[]): readonly WordChange[] {
  return words.map(({ kind, text }, index) => {
    if (kind !== 'same' || text.length <= 2 * CONTEXT + 10) return { kind, text };
    const start = index === 0 ? '' : text.slice(0, CONTEXT).replace(/\s*\S*$/, ' ');
    const end = index === words.length - 1 ? '' : text.slice(-CONTEXT).replace(/^\S*\s*/, ' ');
    return { kind, text: `${start}…${end}` };
  });
}
