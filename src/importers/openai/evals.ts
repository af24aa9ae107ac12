import { equalJson } from '../../core/text/json-value.js';
import type { Json } from '../../model/json.js';
import type { SourcePlace } from '../../model/problem.js';
import { askableWith } from '../askable.js';
import type { CaseDraft, PromptDraft, SuiteDraft } from '../draft/draft.js';
import { asksJudge, hoistMetrics, MetricIds, MetricList } from '../draft/metric-list.js';
import { slug } from '../draft/names.js';
import type { Findings } from '../import-findings.js';
import { type Located, memberOf, textOfLocated } from '../located.js';
import { isChat, type MessagesDraft, readChat } from '../messages.js';
import { fillDefaults } from '../missing-variables.js';
import { importModel } from '../models.js';
import type { Reading } from '../reading.js';
import { jinjaToLiquid } from '../templates/jinja.js';
import { tellTexts } from '../texts.js';
import { refuseTemplate, translateWith } from '../translate.js';
import { addGrader, refuseGrader } from './graders.js';
import { isAsked, readAsked } from './prompt-object.js';
import { importRows, STORED, typeOf } from './rows.js';

/** What an eval and its runs became. */
export interface FoundEval {
  readonly prompts: readonly PromptDraft[];
  readonly suite: SuiteDraft | null;
}

/** An eval of OpenAI's Evals with runs of it: the prompt is in a run, the graders are in the eval, the rows in either. */
export async function readEval(
  reading: Reading,
  evaluation: Located | undefined,
  runs: readonly Located[],
  fallback: string,
): Promise<FoundEval> {
  const findings = reading.findings.ofPart();
  const name = slug(
    textOfLocated(memberOf(evaluation, 'name')) ?? textOfLocated(memberOf(runs[0], 'name')) ?? fallback,
    fallback,
  );
  const place = evaluation?.place ?? runs[0]?.place;
  const criteria = criteriaOf(evaluation);
  const config = memberOf(evaluation, 'data_source_config');
  if (config && typeOf(config) !== 'custom') findings.refuse(`data source ${typeOf(config)}`, config.place, STORED);
  for (const each of [evaluation, ...runs]) tellPeople(each, findings);
  const { items, sources } = await importRows(reading, runs);
  const { prompt, models, run } = await readRuns({ ...reading, findings }, runs);
  if (prompt === null || run === null) {
    if (place)
      findings.refuse(
        'eval',
        place,
        'the prompt and the model of an eval are in its runs (`input_messages`, `model` of `data_source`): paste one beside it, as `{ "eval": …, "runs": [ … ] }`',
      );
    for (const { what, place } of sources) findings.refuse(what, place, 'no run asks a model with them');
    for (const grader of criteria) refuseGrader(grader, findings);
    return { prompts: [], suite: null };
  }
  const { rows, defaults } = askableRows(prompt.messages, items, run.place, findings);
  const file = { ...prompt, ...(Object.keys(defaults).length > 0 ? { input: { defaults } } : {}) };
  findings.mark('', run.place);
  const prompts = [{ id: name, file, places: findings.places }];
  if (rows.length === 0) {
    for (const grader of criteria) refuseGrader(grader, findings);
    if (place) findings.refuse('cases', place, 'there are no rows: the prompt was taken over, and a suite needs cases');
    return { prompts, suite: null };
  }
  for (const { what, place, note } of sources) findings.take(what, place, note);
  if (config && typeOf(config) === 'custom')
    findings.change(
      'data source custom',
      config.place,
      'its rows are cases; no schema of them is written: a case without a variable that messages read is an error by itself',
    );
  return { prompts, suite: suiteOf(name, rows, models, evaluation, findings) };
}

function criteriaOf(evaluation: Located | undefined): readonly Located[] {
  return memberOf(evaluation, 'testing_criteria')?.items ?? [];
}

type Row = Readonly<Record<string, Json>>;

/** The rows that these messages can be asked with, and the defaults for what not all of them have. */
function askableRows(messages: MessagesDraft, items: readonly Row[], place: SourcePlace, findings: Findings) {
  const { defaults, missing } = fillDefaults(messages, items);
  const faultOf = askableWith(messages, defaults);
  const rows = items.filter((row) => faultOf(row) === null);
  if (rows.length < items.length)
    findings.refuse(
      'rows',
      place,
      `${items.length - rows.length} of them cannot be asked: ${items.map(faultOf).find((fault) => fault !== null)}`,
    );
  if (missing.length > 0)
    findings.change(
      'run',
      place,
      `${missing.join(', ')}: not in every row, and empty there; \`input.defaults\` says so`,
    );
  return { rows, defaults };
}

/** What the first run asks that asks anything, and the models of all runs that ask the same. */
async function readRuns(reading: Reading, runs: readonly Located[]) {
  const { findings } = reading;
  let prompt: PromptDraft['file'] | null = null;
  let first: Located | null = null;
  const models = new Set<string>();
  for (const run of runs) {
    const data = memberOf(run, 'data_source');
    if (first !== null && memberOf(data, 'input_messages') && !equalJson(askedBy(first), askedBy(run))) {
      findings.refuse(
        'run',
        run.place,
        'it asks with other messages or settings than the first one, which became the prompt: put it in a file of its own, with the eval',
      );
      continue;
    }
    const messages = messagesOf(data, findings);
    if (messages === null) continue;
    const named = importModel('openai', textOfLocated(memberOf(data, 'model')) ?? '');
    if (named === null) {
      findings.refuse('run', run.place, 'it names no model (`model` of `data_source`)');
      continue;
    }
    if (!models.has(named.model)) findings.mark(`models.${models.size}`, run.place);
    models.add(named.model);
    findings.take('run', run.place, `\`${named.model}\``);
    if (prompt !== null) continue;
    findings.mark('model', run.place);
    first = run;
    prompt = { model: named.model, ...(await readSettings(reading, data)), messages };
  }
  return { prompt, run: first, models: [...models] };
}

function askedBy(run: Located): Json {
  const data = memberOf(run, 'data_source');
  return ['input_messages', 'sampling_params'].map((key) => memberOf(data, key)?.data ?? null);
}

async function readSettings(reading: Reading, data: Located | undefined) {
  const settings = memberOf(data, 'sampling_params');
  if (!settings) return {};
  for (const [key, { place, value }] of settings.members) {
    if (!isAsked(key) && value.data !== null)
      reading.findings.refuse(`setting ${key}`, place, '`extra` of `modelParameters` sends it to the service');
  }
  return readAsked(reading, settings);
}

/** Tells what an eval or a run holds besides what is asked. */
function tellPeople(value: Located | undefined, findings: Findings): void {
  const metadata = value?.members.get('metadata');
  if (metadata && metadata.value.members.size > 0)
    findings.refuse('metadata', metadata.place, 'say it in the `description` of the suite');
  const results = value?.members.get('result_counts');
  if (results)
    findings.refuse('results', results.place, 'llmci judges anew; keep the report of this run if you need it');
}

function suiteOf(
  name: string,
  rows: readonly Row[],
  models: readonly string[],
  evaluation: Located | undefined,
  findings: Findings,
): SuiteDraft {
  const ids = new MetricIds();
  const all = rows.map((item): CaseDraft => {
    const list = new MetricList(ids);
    for (const grader of criteriaOf(evaluation)) addGrader(grader, item, list, findings);
    return {
      vars: item,
      ...(list.expected === undefined ? {} : { expected: list.expected }),
      ...(list.metrics.length > 0 ? { metrics: list.metrics } : {}),
    };
  });
  const { cases, metrics } = hoistMetrics(all);
  const marked = all.flatMap((each) => each.metrics ?? []);
  const judged = marked.length > 0;
  if (evaluation) tellTexts(marked, evaluation.place, findings);
  if (judged && evaluation)
    findings.change(
      'eval',
      evaluation.place,
      'Evals have no gate: here every sample has to pass, until you write what is enough',
    );
  return {
    name,
    prompts: [name],
    models: models.length > 1 ? models : [],
    cases,
    metrics,
    gates: judged ? [{ metric: 'pass', min: '100%', decide: 'point' }] : [],
    places: findings.places,
  };
}

/** The messages of a run: a template whose variables are fields of a row, or a field that holds messages. */
function messagesOf(data: Located | undefined, findings: Findings): MessagesDraft | null {
  const written = memberOf(data, 'input_messages');
  if (!data || !written) {
    if (data)
      findings.refuse(
        `run ${typeOf(data)}`,
        data.place,
        'it has no `input_messages`: its outputs were there already, which `llmci score` scores',
      );
    return null;
  }
  const reference = textOfLocated(memberOf(written, 'item_reference'));
  const field = /^(?:item\.)?([A-Za-z_]\w*)$/.exec(reference ?? '')?.[1];
  if (field !== undefined) return [{ history: field }];
  const list = memberOf(written, 'template');
  if (!list || !isChat(list)) {
    findings.refuse('messages', written.place, 'they are no list of messages with roles');
    return null;
  }
  const notes = new Set<string>();
  try {
    const messages = readChat(
      list,
      translateWith((text) => jinjaToLiquid(text.replace(/(\{\{-?\s*|\{%-?\s*\w+\s+)item\./g, '$1')), notes),
    );
    if (notes.size > 0) findings.change('messages', list.place, [...notes].join('; '));
    return messages;
  } catch (error) {
    refuseTemplate(error, 'messages', findings);
    return null;
  }
}

/** Whether a suite asks a judge anywhere. */
export function suiteAsksJudge({ cases, metrics }: SuiteDraft): boolean {
  return asksJudge([...metrics, ...cases.flatMap((each) => each.metrics ?? [])]);
}
