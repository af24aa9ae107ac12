import type { Risk } from '../../model/prompt.js';
import type {
  GateEdit,
  MessageEdit,
  PromptChange,
  PromptEdit,
  RiskReason,
  RiskVerdict,
  SchemaEdit,
  Shift,
  ToolEdit,
  VariableEdit,
} from '../../model/prompt-change.js';
import { isInstruction } from '../requests/message-text.js';

/**
 * The risk of a change: that of its most dangerous edit, and at least what the prompt's file states. How much text has
 * changed decides nothing. The table is in docs/guide/review.md. No edit lowers what another one raises.
 */
export function riskOf(change: Pick<PromptChange, 'effect' | 'edits' | 'stated'>): RiskVerdict {
  const { effect, edits, stated } = change;
  const reasons = effect === 'added' || effect === 'removed' ? [wholeReason(effect)] : edits.map(reasonOf);
  // What is the same needs nobody's yes
  if (stated !== null && effect !== 'same') reasons.push({ risk: stated, text: `the file states risk: ${stated}` });
  const sorted = reasons.toSorted((a, b) => rankOf(b.risk) - rankOf(a.risk));
  return { risk: sorted[0]?.risk ?? 'low', reasons: sorted };
}

/** low is 0, medium 1, high 2. */
export function rankOf(risk: Risk): number {
  return ['low', 'medium', 'high'].indexOf(risk);
}

/** A prompt that is new has everything that could be risky; one that is gone breaks who calls it. */
function wholeReason(effect: 'added' | 'removed'): RiskReason {
  const text = effect === 'added' ? 'the prompt is new' : 'the prompt is gone: callers of it find nothing';
  return { risk: 'high', text };
}

/** How risky an edit is by itself, and why. */
export function reasonOf(edit: PromptEdit): RiskReason {
  const one = (risk: Risk, text: string): RiskReason => ({ risk, text });
  switch (edit.what) {
    case 'model':
      return one('high', modelReason(edit.before, edit.now));
    case 'parameter':
      // What it sends beside the rest nobody can tell: other settings of safety, tools of the service
      return one(edit.name === 'extra' ? 'high' : 'medium', `${edit.name} is another`);
    case 'output':
      return edit.name === 'format'
        ? one('high', 'answers have another format')
        : one('medium', `${edit.name} of the output is another`);
    case 'default':
      return one('medium', `the default of \`${edit.name}\` is another`);
    case 'message':
      return one(...messageReason(edit));
    case 'shift':
      return one(...shiftReason(edit));
    case 'schema':
      return one(...schemaReason(edit));
    case 'tool':
      return one('high', toolReason(edit));
    case 'variable':
      return one(...variableReason(edit));
    case 'gate':
      return one(...gateReason(edit));
    case 'about':
      return one(...aboutReason(edit.name));
    case 'code':
      return one('high', 'the code that gives tools their results is another');
    case 'restated':
      return one('low', 'the file says the same in other words');
  }
}

function modelReason(before: string | null, now: string | null): string {
  const [was, is] = [before, now].map((model) => model?.split('/')[0] ?? null);
  return was !== null && is !== null && was !== is ? 'another provider and model answer' : 'another model answers';
}

function messageReason({ effect, before, now }: MessageEdit): [Risk, string] {
  const sides = [before, now].filter((side) => side !== null);
  const developer = sides.find(isInstruction);
  const role = (developer ?? sides[0])?.role ?? '';
  const what = role === 'history' ? 'the history' : `${a(role)} message`;
  if (effect === 'formatted') return ['low', `only blanks or marks of ${what} are others`];
  const roles =
    before && now && before.role !== now.role ? `${a(before.role)} message is ${a(now.role)} message now` : null;
  const text = roles ?? `${what} ${effect === 'moved' ? 'stands elsewhere' : `was ${effect}`}`;
  return [developer ? 'high' : 'medium', text];
}

function a(role: string): string {
  return `${role.startsWith('a') ? 'an' : 'a'} ${role}`;
}

const STANDS = {
  ...{ instructions: 'in the instructions', messages: 'in a message', defaults: 'in a default', tools: 'in a tool' },
} as const;

function shiftReason({ effect, of, topic }: Shift): [Risk, string] {
  const where = STANDS[of];
  switch (effect) {
    case 'guard-removed':
      return ['high', `a guard was removed ${where}: ${topic}`];
    case 'softened':
      return ['high', `an instruction was softened ${where}`];
    case 'permission-widened':
      return ['high', `a permission was widened ${where}`];
    case 'guard-added':
      return ['medium', `a guard was added ${where}: ${topic}`];
    case 'hardened':
      return ['medium', `an instruction was hardened ${where}`];
    case 'figure':
      return ['medium', `a figure is another ${where}`];
  }
}

function schemaReason({ of, at, effect, text }: SchemaEdit): [Risk, string] {
  const where = at === '' ? `the schema of the ${of}` : `\`${at}\` of the ${of}`;
  const reason = `${where}: ${text}`;
  if (of.startsWith('tool ')) return ['high', reason];
  return [effect === 'narrowed' || effect === 'removed' || effect === 'altered' ? 'high' : 'medium', reason];
}

function toolReason({ name, effect }: ToolEdit): string {
  switch (effect) {
    case 'added':
      return `tool ${name} is new`;
    case 'removed':
      return `tool ${name} is gone`;
    case 'described':
      return `tool ${name} is described otherwise`;
    case 'moved':
      return 'tools stand in another order';
    case 'responds':
      return `the results that tool ${name} has in suites are others`;
  }
}

function variableReason({ name, effect, hasDefault, trusted }: VariableEdit): [Risk, string] {
  switch (effect) {
    case 'added':
      return ['medium', `variable \`${name}\` is new${hasDefault ? '' : ': callers have to give it'}`];
    case 'removed':
      return ['medium', `variable \`${name}\` is not used any more`];
    case 'into-instructions':
      return trusted
        ? ['medium', `variable \`${name}\` stands in the instructions now`]
        : ['high', `untrusted variable \`${name}\` stands in the instructions now`];
    case 'out-of-instructions':
      return ['medium', `variable \`${name}\` has left the instructions`];
  }
}

function gateReason({ effect, rule }: GateEdit): [Risk, string] {
  switch (effect) {
    case 'removed':
      return ['high', `a gate is gone: ${rule}`];
    case 'weakened':
      return ['high', `a gate is weaker: ${rule}`];
    case 'altered':
      return ['high', `a gate is another: ${rule}`];
    case 'strengthened':
      return ['low', `a gate is stricter: ${rule}`];
    case 'added':
      return ['low', `a gate is new: ${rule}`];
  }
}

function aboutReason(name: string): [Risk, string] {
  if (name === 'id') return ['medium', 'the prompt has another id: callers of the old one find nothing'];
  if (name === 'trusted') return ['high', 'other variables are said to be trusted'];
  if (name === 'owners') return ['medium', 'its owners are others'];
  return ['low', `its ${name} is another`];
}
