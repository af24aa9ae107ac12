import { fileURLToPath } from 'node:url';
import { CONVERSATION, type JudgeModel, judgeSignature } from '../../core/requests/judge-request.js';
import { isInstruction } from '../../core/requests/message-text.js';
import { isTextMessage, type TextMessage } from '../../core/requests/prompt-texts.js';
import { allEntriesOf, mapCases } from '../../core/scores/cases.js';
import { didYouMean } from '../../core/text/suggest.js';
import { compileTemplate, TemplateError } from '../../core/text/template.js';
import { placeInText } from '../../core/text/text-place.js';
import { judgeCallsOf, needsOf } from '../../metrics/access.js';
import type { AnyMetric, JudgeUse } from '../../metrics/contract.js';
import type { EmbeddingsEngine } from '../../model/config.js';
import type { MetricEntry } from '../../model/metric-entry.js';
import { atTop, type Problem } from '../../model/problem.js';
import type { Prompt } from '../../model/prompt.js';
import type { Suite } from '../../model/suite.js';
import type { Path } from '../source/yaml-source.js';
import { type LoadedPrompt, type LoadedPrompts, readPrompt } from './load-prompts.js';

/** Below prompts/, and so in the ids of prompts. */
const FOLDER = 'judges/';
/** The root of llmci itself, two folders up from both sources and build. */
const OWN_ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** What is wrong with a metric entry in a project that names no judge, or null. */
export function explainJudge(entry: MetricEntry, definition: AnyMetric | undefined): string | null {
  if (!definition || judgeCallsOf(definition, entry) === 0) return null;
  return `metric ${entry.id} needs a judge: add \`judge: { model: provider/model }\` to llmci.yaml`;
}

/** The judge of a project: its model, null when llmci.yaml names none, and the prompts that it may be asked with. */
export interface Judges {
  readonly model: JudgeModel | null;
  /** By name: the project's own below prompts/judges/, else those that come with llmci. */
  readonly prompts: ReadonlyMap<string, Prompt>;
}

/** Gets the prompts of the judge ready; none when the project has no judge. */
export async function loadJudges(
  model: JudgeModel | null,
  metrics: Iterable<AnyMetric>,
  { prompts }: LoadedPrompts,
): Promise<Judges> {
  const found = new Map<string, Prompt>();
  if (model === null) return { model, prompts: found };
  for (const { judge } of metrics) {
    const shipped = judge && (await readShipped(judge.prompt));
    if (shipped) found.set(judge.prompt, shipped.prompt);
  }
  for (const [id, { prompt }] of prompts) if (id.startsWith(FOLDER)) found.set(id.slice(FOLDER.length), prompt);
  return { model, prompts: found };
}

/** What is wrong: checks every prompt of a judge that the project has, used or not, and that those which the suites need are there. */
export function checkJudges(
  suites: Iterable<Suite>,
  metrics: ReadonlyMap<string, AnyMetric>,
  { prompts, broken }: LoadedPrompts,
  judges: Judges,
): readonly Problem[] {
  const problems: Problem[] = [];
  const all = [...suites];
  const uses = new Map([...metrics.values()].flatMap(({ judge }) => (judge ? [[judge.prompt, judge] as const] : [])));
  reportUnused(prompts, uses, all, problems);
  for (const [name, use] of uses) {
    const own = prompts.get(FOLDER + name);
    if (own) checkJudge(own, use, problems);
  }
  if (judges.model === null) return problems;
  const needed = new Set(all.flatMap(allEntriesOf).flatMap((entry) => metrics.get(entry.type)?.judge?.prompt ?? []));
  for (const name of needed) {
    if (judges.prompts.has(name) || broken.has(FOLDER + name)) continue;
    const message = 'there is no such file: a metric asks its judge with this prompt';
    problems.push({ ...atTop(`prompts/${FOLDER}${name}.prompt.yaml`), message });
  }
  return problems;
}

/** What tells one judge from another behind an entry: its model, prompt and rubric. Null when the entry asks none. */
export function signEntry(entry: MetricEntry, definition: AnyMetric, { model, prompts }: Judges): string | null {
  const prompt = prompts.get(definition.judge?.prompt ?? '');
  if (model === null || !prompt || judgeCallsOf(definition, entry) === 0) return null;
  return judgeSignature({ metric: definition.type, params: entry.params, prompt, judge: model });
}

/** The suites with what measures behind every entry: the signature of the judge that it asks, and the engine of its embeddings. */
export function signEntries(
  suites: ReadonlyMap<string, Suite>,
  metrics: ReadonlyMap<string, AnyMetric>,
  { judges, embeddings }: { readonly judges: Judges; readonly embeddings: EmbeddingsEngine },
): ReadonlyMap<string, Suite> {
  if (judges.model === null && embeddings.kind === 'local') return suites;
  const sign = (entry: MetricEntry): MetricEntry => {
    const definition = metrics.get(entry.type);
    if (!definition) return entry;
    const judge = signEntry(entry, definition, judges);
    const embeds = embeddings.kind !== 'local' && needsOf(definition, entry).includes('embeddings');
    return { ...entry, ...(judge === null ? {} : { judge }), ...(embeds ? { embeddings } : {}) };
  };
  const signed = new Map<MetricEntry, MetricEntry>();
  const signOnce = (entry: MetricEntry): MetricEntry => {
    const known = signed.get(entry) ?? sign(entry);
    signed.set(entry, known);
    return known;
  };
  return new Map(
    [...suites].map(([id, suite]) => {
      const cases = mapCases(suite.cases, (each) =>
        each.metrics.length === 0 ? each : { ...each, metrics: each.metrics.map(signOnce) },
      );
      return [id, { ...suite, metrics: suite.metrics.map(sign), cases }];
    }),
  );
}

/** Null when llmci has no such prompt. That what it has is usable is seen to by a test. */
export async function readShipped(name: string, folder = FOLDER): Promise<LoadedPrompt | null> {
  if (!/^[a-z][a-z0-9-]*$/.test(name)) return null;
  const loaded = await readPrompt(OWN_ROOT, `templates/${folder}${name}.prompt.yaml`, []);
  return loaded && { ...loaded, prompt: { ...loaded.prompt, id: folder + name } };
}

/** A judge's prompt that replaces none would be a typo that nobody notices. */
function reportUnused(
  prompts: LoadedPrompts['prompts'],
  uses: ReadonlyMap<string, unknown>,
  suites: readonly Suite[],
  problems: Problem[],
): void {
  const evaluated = new Set(suites.flatMap(({ columns }) => columns.map(({ prompt }) => prompt.id)));
  for (const { prompt, source } of prompts.values()) {
    if (!prompt.id.startsWith(FOLDER) || evaluated.has(prompt.id)) continue;
    const name = prompt.id.slice(FOLDER.length);
    if (uses.has(name)) continue;
    const message = `no metric asks a judge with the prompt ${name}${didYouMean(name, uses.keys())}`;
    problems.push({ ...source.at(['id']), message });
  }
}

/** Variables that a prompt may show, and where. */
type PromptUse = Pick<JudgeUse<never>, 'rules' | 'evidence' | 'background'>;

/** How a fault of a prompt speaks of who is asked with it. */
interface JudgeWords {
  readonly who: string;
  readonly model: string;
  readonly output: string;
}

const OF_JUDGES: JudgeWords = {
  who: 'judge',
  model: "a judge's model is named in llmci.yaml, under `judge`",
  output: "the form of a judge's answer comes from its metric; leave it out",
};

/** Checks that a judge's prompt says only what it can: its variables, where they may stand, and no second model. */
export function checkJudge(
  { prompt, source }: LoadedPrompt,
  use: PromptUse,
  problems: Problem[],
  words: JudgeWords = OF_JUDGES,
): void {
  const report = (place: Path, message: string) => problems.push({ ...source.at(place, 'key'), message });
  if (prompt.model !== null) report(['model'], words.model);
  if (prompt.tools.length > 0) report(['tools'], `a ${words.who} has no tools`);
  if (prompt.output.format !== 'text') report(['output'], words.output);
  const texts = prompt.messages.filter(isTextMessage);
  if (!texts.some(({ role }) => role === 'user')) report(['messages'], `a ${words.who} needs a message of the user`);
  for (const [index, message] of prompt.messages.entries()) {
    const path = ['messages', index];
    if (!isTextMessage(message))
      report(path, `a message of a ${words.who} is a text: what is judged comes by its variables`);
    else
      checkVariables(message, use, prompt.defaults, (line, column, fault) =>
        problems.push({ ...source.within([...path, 'content'], line, column), message: fault }),
      );
  }
  for (const name of use.evidence) {
    const used = texts.some(({ content }) => plainUses(content, name).length > 0);
    if (!used) report(['messages'], `{{ ${name} }} stands nowhere, so the ${words.who} would not see it`);
  }
}

/** Reports, at lines and columns of its text, what a message does with variables that it may not. */
function checkVariables(
  { role, content }: TextMessage,
  { rules, ...shown }: PromptUse,
  defaults: Prompt['defaults'],
  report: (line: number, column: number, message: string) => void,
): void {
  const evidence = [...shown.evidence, ...shown.background, CONVERSATION];
  const torn = findChanged(content, evidence);
  if (torn)
    report(torn.line, torn.column, `{{ ${torn.name} }} is fenced and must stay whole: use it alone, without a filter`);
  const known = [...rules, ...(isInstruction({ role }) ? [] : evidence)];
  // With texts and without: a template may ask whether there is one
  for (const text of ['x', '']) {
    const vars = { ...defaults, ...Object.fromEntries(known.map((name) => [name, text])) };
    try {
      compileTemplate(content)(vars);
    } catch (error) {
      if (!(error instanceof TemplateError) || error.variable === null) return; // reported where the prompt was read
      const { variable } = error;
      const message = evidence.includes(variable)
        ? `${variable} is what is judged: use it in a message of the user, where it cannot pass for a rule`
        : `variable ${variable} is not defined${didYouMean(variable, known)}; known: ${known.join(', ')}`;
      report(error.line, error.column, message);
      return;
    }
  }
}

const TAGS = /\{\{-?([\s\S]*?)-?\}\}|\{%-?\s*(\w+)([\s\S]*?)-?%\}/g;
/** Tags that look at a text and show nothing of it. */
const ASKING = new Set(['if', 'elsif', 'unless', 'case', 'when', 'comment', 'raw']);

/** The first place where a template does something else with evidence than show all of it or ask about it. */
function findChanged(
  content: string,
  evidence: readonly string[],
): { readonly name: string; readonly line: number; readonly column: number } | null {
  for (const { 0: _, 1: shown, 2: tag = '', 3: rest = '', index } of content.matchAll(TAGS)) {
    const place = placeInText(content, index);
    const name = evidence.find((each) => new RegExp(`\\b${each}\\b`).test(shown ?? rest));
    if (name !== undefined && (shown === undefined ? !ASKING.has(tag) : shown.trim() !== name))
      return { name, ...place };
    // What a tag has caught could be cut behind its back
    if (tag === 'capture') return { name: evidence[0] ?? 'output', ...place };
  }
  return null;
}

function plainUses(content: string, name: string): readonly string[] {
  return [...content.matchAll(TAGS)].flatMap(({ 1: shown }) => (shown?.trim() === name ? [name] : []));
}
