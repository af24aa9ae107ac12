import type { Json } from '../../model/json.js';
import type { Prompt, Risk } from '../../model/prompt.js';
import type {
  PromptChange,
  PromptEdit,
  PromptIdentity,
  PromptState,
  ToolEdit,
  VariableEdit,
} from '../../model/prompt-change.js';
import { isInstruction } from '../requests/message-text.js';
import { equalJson, writtenText } from '../text/json-value.js';
import { variablesIn } from '../text/template.js';
import { changeThresholds } from './gate-changes.js';
import { changeLive } from './live-changes.js';
import { changeMessages, placeMessages } from './messages.js';
import { changeSchema } from './schema-change.js';
import { shiftsOf } from './shifts.js';

/**
 * What has become of a prompt between two states, by meaning; null stands for a state without it. A file that was written
 * anew with the same content is no change: its digest is the same. Throws for two states of nothing.
 */
export function changePrompt(before: PromptState | null, now: PromptState | null): PromptChange {
  const one = now ?? before;
  if (one === null) throw new RangeError('no change without a prompt');
  const edits = editsBetween(before, now);
  return {
    id: one.prompt.id,
    effect: before === null ? 'added' : now === null ? 'removed' : edits.length === 0 ? 'same' : 'changed',
    before: before && identityOf(before.prompt),
    now: now && identityOf(now.prompt),
    edits,
    stated: highest([before?.about.risk, now?.about.risk]),
  };
}

const NOTHING: Pick<Prompt, 'messages' | 'tools' | 'parameters' | 'inputSchema' | 'defaults' | 'output' | 'model'> = {
  ...{
    messages: [],
    tools: [],
    parameters: {},
    inputSchema: null,
    defaults: {},
    output: { format: 'text' },
    model: null,
  },
};

function editsBetween(before: PromptState | null, now: PromptState | null): readonly PromptEdit[] {
  const about = changeAbout(before, now);
  const gates = [
    ...changeThresholds(before?.thresholds ?? null, now?.thresholds ?? null),
    ...changeLive(before?.thresholds?.live, now?.thresholds?.live),
  ];
  if (before?.prompt.digest === now?.prompt.digest) return [...about, ...gates];
  const [was, is] = [before?.prompt ?? NOTHING, now?.prompt ?? NOTHING];
  const asked = changeAsked(was, is);
  // A prompt that is new or gone is shown whole; what of it is softer than before has no answer
  const shifts = before === null || now === null ? [] : changeInstructions(before.prompt, now.prompt);
  const edits = [...asked, ...shifts];
  // Only the code behind tools, and what the file says in other words, can make a digest differ without an edit
  const hasCode = [was, is].some((side) => 'responses' in side && side.responses !== undefined);
  const rest: PromptEdit[] = edits.length > 0 ? [] : [hasCode ? { what: 'code' } : { what: 'restated' }];
  return [...edits, ...rest, ...about, ...gates];
}

type Asked = typeof NOTHING & Pick<Partial<Prompt>, 'responses' | 'trusted'>;

function changeAsked(was: Asked, is: Asked): readonly PromptEdit[] {
  const { schema: schemaBefore = null, ...outputBefore } = was.output;
  const { schema: schemaNow = null, ...outputNow } = is.output;
  return [
    ...(was.model === is.model ? [] : [{ what: 'model' as const, before: was.model, now: is.model }]),
    ...changeSettings('parameter', was.parameters, is.parameters),
    ...changeSettings('parameter', stepsOf(was), stepsOf(is)),
    ...changeMessages(placeMessages(was.messages), placeMessages(is.messages)),
    ...changeTools(was, is),
    ...changeSettings('output', outputBefore, outputNow),
    ...changeSchema('output', schemaBefore, schemaNow),
    ...changeSchema('input', was.inputSchema, is.inputSchema),
    ...changeVariables(was, is),
    ...changeSettings('default', was.defaults, is.defaults),
  ];
}

function stepsOf({ responses }: Asked): Readonly<Record<string, unknown>> {
  return responses ? { maxSteps: responses.maxSteps } : {};
}

function changeSettings<W extends 'parameter' | 'output' | 'default' | 'about'>(
  what: W,
  was: Readonly<Record<string, unknown>>,
  is: Readonly<Record<string, unknown>>,
): readonly { what: W; name: string; before: Json; now: Json }[] {
  const names = [...new Set([...Object.keys(was), ...Object.keys(is)])];
  return names
    .filter((name) => !equalJson(was[name] ?? null, is[name] ?? null))
    .map((name) => ({ what, name, before: (was[name] ?? null) as Json, now: (is[name] ?? null) as Json }));
}

function changeAbout(before: PromptState | null, now: PromptState | null): readonly PromptEdit[] {
  if (before === null || now === null) return [];
  const renamed = changeSettings('about', { id: before.prompt.id }, { id: now.prompt.id });
  const moved = changeSettings('about', { path: before.prompt.path }, { path: now.prompt.path });
  const [trusted, trustedNow] = [before, now].map(({ prompt }) => prompt.trusted?.toSorted() ?? null);
  return [
    ...renamed,
    ...(renamed.length > 0 ? [] : moved),
    ...changeSettings('about', before.about, now.about),
    ...changeSettings('about', { trusted }, { trusted: trustedNow }),
  ];
}

function changeTools(was: Asked, is: Asked): readonly PromptEdit[] {
  const edits: PromptEdit[] = [];
  const tool = (name: string, effect: ToolEdit['effect'], before: string | null, now: string | null) =>
    edits.push({ what: 'tool', name, effect, before, now });
  for (const before of was.tools) {
    const now = is.tools.find(({ name }) => name === before.name);
    if (!now) {
      tool(before.name, 'removed', before.description ?? '', null);
      continue;
    }
    if (before.description !== now.description)
      tool(now.name, 'described', before.description ?? null, now.description ?? null);
    edits.push(...changeSchema(`tool ${now.name}`, before.parameters ?? null, now.parameters ?? null));
    const [answered, answers] = [was, is].map(({ responses }) => responses?.responders.get(now.name) ?? null);
    if (!equalJson(answered, answers)) tool(now.name, 'responds', null, null);
  }
  for (const now of is.tools) {
    if (!was.tools.some(({ name }) => name === now.name)) tool(now.name, 'added', null, now.description ?? '');
  }
  const common = (side: Asked, other: Asked) =>
    side.tools.map(({ name }) => name).filter((name) => other.tools.some((each) => each.name === name));
  const [order, orderNow] = [common(was, is), common(is, was)];
  const first = orderNow.find((name, index) => name !== order[index]);
  if (first !== undefined) tool(first, 'moved', order.join(', '), orderNow.join(', '));
  return edits;
}

function changeVariables(was: Asked, is: Asked): readonly VariableEdit[] {
  const [before, now] = [variablesOf(was), variablesOf(is)];
  // What the change itself declares to be trusted is not yet
  const edit = (name: string, effect: VariableEdit['effect']): VariableEdit => ({
    ...{
      what: 'variable',
      name,
      effect,
      hasDefault: name in is.defaults,
      trusted: was.trusted?.includes(name) ?? false,
    },
  });
  return [...new Set([...before.all, ...now.all])].flatMap((name): readonly VariableEdit[] => {
    const edits: VariableEdit[] = [];
    if (!before.all.has(name)) edits.push(edit(name, 'added'));
    if (!now.all.has(name)) return [edit(name, 'removed')];
    const [stood, stands] = [before.instructions.has(name), now.instructions.has(name)];
    // In a prompt that is new everything is new
    if (stands && !stood && was.messages.length > 0) edits.push(edit(name, 'into-instructions'));
    if (stood && !stands) edits.push(edit(name, 'out-of-instructions'));
    return edits;
  });
}

interface Variables {
  readonly all: ReadonlySet<string>;
  /** Those in messages of the developer. */
  readonly instructions: ReadonlySet<string>;
}

function variablesOf({ messages }: Asked): Variables {
  const placed = placeMessages(messages);
  const named = (list: typeof placed) => new Set(list.flatMap(({ text }) => variablesOrNone(text)));
  const histories = messages.flatMap((message) => ('history' in message ? [message.history] : []));
  return { all: new Set([...named(placed), ...histories]), instructions: named(placed.filter(isInstruction)) };
}

/** A template that does not parse was told when its file was read. */
function variablesOrNone(text: string): readonly string[] {
  try {
    return variablesIn(text);
  } catch {
    return [];
  }
}

function changeInstructions(was: Prompt, is: Prompt): readonly PromptEdit[] {
  const texts = (prompt: Prompt, instructions: boolean) =>
    placeMessages(prompt.messages)
      .filter((message) => isInstruction(message) === instructions)
      .map(({ text }) => text);
  const defaults = (prompt: Prompt) => Object.values(prompt.defaults).map(writtenText);
  const tools = (prompt: Prompt) => prompt.tools.flatMap(({ description }) => description ?? []);
  return [
    ...shiftsOf('instructions', texts(was, true), texts(is, true)),
    ...shiftsOf('messages', texts(was, false), texts(is, false)),
    ...shiftsOf('defaults', defaults(was), defaults(is)),
    ...shiftsOf('tools', tools(was), tools(is)),
  ];
}

function identityOf({ id, path, digest, fileDigest }: Prompt): PromptIdentity {
  return { id, path, digest, fileDigest };
}

const ORDER = ['high', 'medium', 'low'] as const;

function highest(risks: readonly (Risk | undefined)[]): Risk | null {
  return ORDER.find((risk) => risks.includes(risk)) ?? null;
}
