import { assembleMessages } from '../../core/requests/assemble-messages.js';
import { lookUp } from '../../core/requests/look-up.js';
import { MessageError } from '../../core/requests/message-error.js';
import { lastQuestion, textOf } from '../../core/requests/message-text.js';
import { isTextMessage, textsOfMessage } from '../../core/requests/prompt-texts.js';
import { CASE_MESSAGES, historyPath, tryCompileMessages } from '../../core/requests/write-messages.js';
import { canonicalJson } from '../../core/text/canonical.js';
import { compileJsonSchema, type JsonSchemaCheck } from '../../core/text/json-schema.js';
import { Patience, type Within } from '../../core/text/patience.js';
import { runWithin } from '../../core/text/run-within.js';
import { didYouMean } from '../../core/text/suggest.js';
import { compileTemplate, TemplateError, variablesIn } from '../../core/text/template.js';
import { isBlank } from '../../model/blank.js';
import type { Case } from '../../model/case.js';
import type { Json } from '../../model/json.js';
import type { Message } from '../../model/message.js';
import type { Problem } from '../../model/problem.js';
import type { PromptMessage } from '../../model/prompt.js';
import { FaultInCases } from '../datasets/case-fault.js';
import type { ResolvedCase } from '../datasets/resolved-case.js';
import { ManyProblems } from '../source/many-problems.js';
import { describeMessagePath } from '../source/message-path.js';
import type { Path } from '../source/yaml-source.js';
import type { LoadedPrompt } from './load-prompts.js';
import type { MediaNeeds, RefusePart } from './media-needs.js';

/** What is known of the models that a prompt runs on. */
export interface PromptTargets {
  /** Whether one of them gets the variables besides its messages. */
  readonly sendsVariables: boolean;
  readonly refusePart: RefusePart;
}

/** A template of a prompt, or a variable that stands for messages. */
interface MessageTemplate {
  /** Where it stands in the prompt. */
  readonly path: Path;
  /** Whether it is what the user says. */
  readonly asks: boolean;
  readonly isHistory: boolean;
  readonly render: (vars: Readonly<Record<string, Json>>, limitMs: number) => string;
}

const nothingAsked = () => new TemplateError('the message is blank, so that nothing would be asked', [1, 1], null);

/** Something wrong in a prompt: the problem when all cases share it, and those of single cases when not. */
interface PromptFault {
  readonly everywhere: Problem;
  readonly single: FaultInCases;
}

/**
 * Checks cases, one by one, against a prompt: the variables of its templates and its input schema. A fault that all cases
 * share is the prompt's and is reported there, once.
 */
export class PromptChecks {
  readonly #loaded: LoadedPrompt;
  readonly #templates: readonly MessageTemplate[];
  /** Makes its messages; null when they are texts of its own, and all is said by the templates. */
  readonly #write: ReturnType<typeof tryCompileMessages>;
  readonly #media: MediaNeeds;
  readonly #refusePart: RefusePart;
  readonly #validate: JsonSchemaCheck | null;
  /** For all cases together. */
  readonly #patience = new Patience(() => performance.now());
  readonly #faults = new Map<string, PromptFault>();
  readonly #unfit = new ManyProblems();
  /** The variables that its templates read. */
  readonly variables = new Set<string>();
  /** Whether variables are sent besides the messages. */
  readonly #sendsVariables: boolean;
  #cases = 0;
  /** What the first case asks, and whether all others ask the same. */
  #asked: string | null = null;
  #alike = true;

  constructor(loaded: LoadedPrompt, { sendsVariables, refusePart }: PromptTargets, media: MediaNeeds) {
    this.#loaded = loaded;
    this.#media = media;
    this.#sendsVariables = sendsVariables;
    this.#refusePart = refusePart;
    const { messages } = loaded.prompt;
    this.#templates = messages.flatMap((message, index) => this.#templatesOf(message, index));
    this.#write = messages.every(isTextMessage) ? null : tryCompileMessages(messages);
    this.#validate = validatorOf(loaded.prompt);
  }

  add(item: ResolvedCase): void {
    this.#cases++;
    const { messages } = item.resolved;
    const vars = { ...this.#loaded.prompt.defaults, ...item.resolved.vars };
    let asked = '';
    let readable = true;
    for (const template of this.#templates) {
      // Of the messages of a case only an entry of history can say where they stand
      const seen = template.isHistory && messages ? { ...vars, [CASE_MESSAGES]: '' } : vars;
      const { faults, text } = withoutStacks(() =>
        this.#patience.spend((ms) => tryTemplate((given) => template.render(given, ms), seen)),
      );
      readable &&= faults.length === 0;
      for (const error of faults) this.#faultOf(template.path, error, vars).single.add(item);
      if (faults.length === 0 && template.asks && isBlank(text)) {
        readable = false;
        this.#faultOf(template.path, nothingAsked(), vars).single.add(item);
      }
      asked += `${text}\n`;
    }
    if (readable) asked += this.#checkMessages(item, vars, asked);
    if (this.#alike) {
      asked += saidLater(item.resolved, vars);
      this.#asked ??= asked;
      this.#alike = asked === this.#asked;
    }
    if (this.#faults.size === 0) this.#checkInput(item, vars);
  }

  problems(): readonly Problem[] {
    if (this.#faults.size === 0) return [...this.#unfit.all(), ...this.#findAlike()];
    return [...this.#faults.values()].flatMap(({ everywhere, single }) =>
      single.count === this.#cases ? [everywhere] : single.problems(),
    );
  }

  /** A word when every case asks the same: as many samples as there are cases would be answers to one question. */
  #findAlike(): readonly Problem[] {
    if (this.#cases < 2 || !this.#alike || this.#sendsVariables) return [];
    const { prompt, source } = this.#loaded;
    const message = `all ${this.#cases} cases ask prompt ${prompt.id} the same: what differs between them stands in no message`;
    return [{ ...source.at(['messages'], 'key'), message, rule: 'same-request', severity: 'warning' }];
  }

  #templatesOf(message: PromptMessage, index: number): readonly MessageTemplate[] {
    if ('history' in message) {
      const [name, ...steps] = historyPath(message.history);
      this.variables.add(name);
      const render = (vars: Readonly<Record<string, Json>>) => {
        if (Object.hasOwn(vars, name) && lookUp(vars[name], steps) !== undefined) return '';
        throw new TemplateError('', [1, 1], [name, ...steps].join('.'));
      };
      return [{ path: ['messages', index, 'history'], asks: false, isHistory: true, render }];
    }
    return textsOfMessage(message).flatMap(({ text, path }): readonly MessageTemplate[] => {
      try {
        const render = compileTemplate(text);
        for (const name of variablesIn(text)) this.variables.add(name);
        const asks = message.role === 'user' && path.length === 1;
        return [{ path: ['messages', index, ...path], asks, isHistory: false, render }];
      } catch (error) {
        if (error instanceof TemplateError) return []; // reported where the prompt was read
        throw error;
      }
    });
  }

  /** Checks the messages of a case as a whole. Returns what they ask beside what templates have `asked`. */
  #checkMessages(item: ResolvedCase, vars: Readonly<Record<string, Json>>, asked: string): string {
    const { messages } = item.resolved;
    const write = this.#write ?? (messages ? tryCompileMessages(this.#loaded.prompt.messages) : null);
    if (write === null) {
      // What does not parse has no text here, and is reported where the prompt was read
      if (asked !== '' && isBlank(asked) && !this.#sendsVariables)
        this.#faultOf(['messages'], nothingAsked(), vars).single.add(item);
      return '';
    }
    try {
      const sent = assembleMessages(write({ vars, messages }), this.#media.partsOf(item));
      this.#media.use(sent, item, this.#loaded.prompt.id, this.#refusePart);
      if (asksSomething(sent)) {
        const unsaid = sent.findIndex(({ role, content }) => role === 'user' && isBlank(textOf(content)));
        if (unsaid === -1) return canonicalJson(sent);
        throw new MessageError(
          `message ${unsaid + 1}, of the user, is blank: leave it out, or let it say something`,
          [],
        );
      }
      const what = sent.length === 0 ? 'there is no message' : 'the last message of the user is blank';
      throw new MessageError(`${what}, so that nothing would be asked`, []);
    } catch (error) {
      if (error instanceof TemplateError) return ''; // reported as one of the templates
      if (!(error instanceof MessageError)) throw error;
      const fault = new TemplateError(`${describeMessagePath(error.path)}${error.message}`, [1, 1], null);
      this.#faultOf(['messages'], fault, vars).single.add(item);
      return '';
    }
  }

  #faultOf(path: Path, error: TemplateError, vars: Readonly<Record<string, Json>>): PromptFault {
    const { prompt, source } = this.#loaded;
    const what = error.variable === null ? error.message : `variable ${error.variable} is not defined`;
    const id = `${path.join('.')}:${error.line}:${error.column} ${what}`;
    let fault = this.#faults.get(id);
    if (!fault) {
      const inPrompt = source.within(path, error.line, error.column);
      const guess = error.variable === null ? '' : adviseOn(error.variable, Object.keys(vars));
      const place = `${inPrompt.file}:${inPrompt.line}:${inPrompt.column}`;
      fault = {
        everywhere: { ...inPrompt, message: `${what} in any case${guess}` },
        single: new FaultInCases(`${what}${guess}, but prompt ${prompt.id} uses it at ${place}`),
      };
      this.#faults.set(id, fault);
    }
    return fault;
  }

  #checkInput({ resolved, placed }: ResolvedCase, vars: Readonly<Record<string, Json>>): void {
    const within: Within = (work) => this.#patience.spend((ms) => runWithin(ms, work));
    const faults = this.#validate ? (this.#validate(vars, within) ?? ['checking it takes too long']) : [];
    if (faults.length === 0) return;
    this.#unfit.add({
      ...placed.source.at([...placed.path, 'vars']),
      message: `case ${resolved.id} does not fit the input of prompt ${this.#loaded.prompt.id}: ${faults.join('; ')}`,
    });
  }
}

/** Whether the user says something last; where there is no user, whether anybody does. */
function asksSomething(sent: readonly Message[]): boolean {
  const question = lastQuestion(sent);
  return question === null ? !sent.every(({ content }) => isBlank(textOf(content))) : !isBlank(question);
}

function adviseOn(variable: string, names: readonly string[]): string {
  const spaced = names.find((name) => /\s/.test(name) && name.split(/\s/)[0] === variable);
  if (spaced === undefined) return didYouMean(variable, names);
  const name = spaced.trim().replaceAll(/\W+/g, '_');
  return ` (a template cannot name ${JSON.stringify(spaced)}: call it ${name}, or map it in the suite with \`dataset: { path, vars: { ${name}: ${spaced} } }\`)`;
}

function validatorOf({ inputSchema }: LoadedPrompt['prompt']): JsonSchemaCheck | null {
  if (inputSchema === null) return null;
  try {
    return compileJsonSchema(inputSchema);
  } catch {
    return null; // reported where the prompt was read
  }
}

/** Runs something whose errors are counted, not shown: of 100,000 errors the stacks are most of the work. */
function withoutStacks<T>(run: () => T): T {
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  try {
    return run();
  } finally {
    Error.stackTraceLimit = limit;
  }
}

/**
 * What a template makes of variables, and every one that is not defined, not only the first: each is given a text, and the
 * template tried again.
 */
function tryTemplate(
  render: (vars: Readonly<Record<string, Json>>) => string,
  vars: Readonly<Record<string, Json>>,
): { readonly faults: readonly TemplateError[]; readonly text: string } {
  const faults: TemplateError[] = [];
  const given = new Map<string, string>();
  for (;;) {
    try {
      const text = render(given.size === 0 ? vars : { ...vars, ...Object.fromEntries(given) });
      return { faults, text };
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      const [root = ''] = error.variable?.split(/[.[]/) ?? [];
      // What goes wrong with a text given here is no fault of the case
      if (given.has(root)) return { faults, text: '' };
      faults.push(error);
      if (error.variable !== root || root === '') return { faults, text: '' };
      given.set(root, '');
    }
  }
}

/** What the user says in turns is asked too: by templates, and by what these read. */
function saidLater(
  { turns = [], simulate }: Pick<Case, 'turns' | 'simulate'>,
  vars: Readonly<Record<string, Json>>,
): string {
  const templates = [...turns.map(({ user }) => user), ...(simulate ? [simulate.persona, simulate.goal] : [])];
  const read = templates.flatMap((template) => {
    try {
      return variablesIn(template).map((name) => vars[name] ?? null);
    } catch (error) {
      if (error instanceof TemplateError) return []; // reported where turns are checked
      throw error;
    }
  });
  return canonicalJson([templates, simulate ?? null, read]);
}
