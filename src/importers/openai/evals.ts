import { isRecord, type Json } from '../../model/json.js';
import { askableWith } from '../askable.js';
import type { CaseDraft, PromptDraft, SuiteDraft } from '../draft/draft.js';
import { asksJudge, hoistMetrics, MetricIds, MetricList } from '../draft/metric-list.js';
import { slug } from '../draft/names.js';
import type { Findings } from '../findings.js';
import { isUnreadable, type Located, located, memberOf, parseLocated, textOf } from '../located.js';
import { isChat, type MessagesDraft, readChat } from '../messages.js';
import { fillDefaults } from '../missing-variables.js';
import { modelOf } from '../models.js';
import { pathNamed, type Reading } from '../reading.js';
import { jinjaToLiquid } from '../templates/jinja.js';
import { refuseTemplate, translateWith } from '../translate.js';
import { addGrader } from './graders.js';
import { readAsked } from './prompt-object.js';

/** What an eval and its runs became. */
export interface FoundEval {
  readonly prompts: readonly PromptDraft[];
  readonly suite: SuiteDraft | null;
}

const STORED =
  'the rows are kept at OpenAI: read them with `llmci cases`, or write them down as JSONL and paste them as `file_content`';

/** An eval of OpenAI's Evals with runs of it: the prompt is in a run, the graders are in the eval, the rows in either. */
export async function readEval(
  reading: Reading,
  evaluation: Located | undefined,
  runs: readonly Located[],
  fallback: string,
): Promise<FoundEval> {
  const { findings } = reading;
  const name = slug(textOf(memberOf(evaluation, 'name')) ?? textOf(memberOf(runs[0], 'name')) ?? fallback, fallback);
  const place = evaluation?.place ?? runs[0]?.place;
  const source = typeOf(memberOf(evaluation, 'data_source_config'));
  const config = memberOf(evaluation, 'data_source_config');
  if (config && source !== 'custom') findings.refuse(`data source ${source}`, config.place, STORED);
  else if (config) findings.take('data source custom', config.place);
  const allRows = await rowsOf(reading, runs);
  let rows = allRows;
  const prompts: PromptDraft[] = [];
  const models: string[] = [];
  for (const run of runs) {
    const data = memberOf(run, 'data_source');
    const model = modelOf('openai', textOf(memberOf(data, 'model')) ?? '');
    const messages = messagesOf(data, findings);
    if (messages === null || model === null) continue;
    models.push(model.model);
    findings.take('run', run.place, `\`${model.model}\``);
    if (prompts.length > 0) continue;
    const params = memberOf(data, 'sampling_params');
    const { defaults, missing } = fillDefaults(messages, allRows);
    const faultOf = askableWith(messages, defaults);
    rows = allRows.filter((row) => faultOf(row) === null);
    if (rows.length < allRows.length)
      findings.refuse(
        'rows',
        run.place,
        `${allRows.length - rows.length} of them cannot be asked: ${allRows.map(faultOf).find((fault) => fault !== null)}`,
      );
    if (missing.length > 0)
      findings.change(
        'run',
        run.place,
        `${missing.join(', ')}: not in every row, and empty there; \`input.defaults\` says so`,
      );
    prompts.push({
      id: name,
      file: {
        model: model.model,
        ...(params ? await readAsked(reading, params) : {}),
        messages,
        ...(Object.keys(defaults).length > 0 ? { input: { defaults } } : {}),
      },
    });
  }
  if (prompts.length === 0 && place)
    findings.refuse(
      'eval',
      place,
      'the prompt and the model of an eval are in its runs (`input_messages`, `model` of `data_source`): paste one beside it, as `{ "eval": …, "runs": [ … ] }`',
    );
  const criteria = memberOf(evaluation, 'testing_criteria')?.items ?? [];
  if (prompts.length === 0 || rows.length === 0) {
    for (const grader of criteria) addGrader(grader, {}, new MetricList(new MetricIds()), findings);
    if (prompts.length > 0 && place)
      findings.refuse('cases', place, 'there are no rows: the prompt was taken over, and a suite needs cases');
    return { prompts, suite: null };
  }
  return { prompts, suite: suiteOf(name, rows, criteria, [...new Set(models)], findings, evaluation) };
}

function suiteOf(
  name: string,
  rows: readonly Readonly<Record<string, Json>>[],
  criteria: readonly Located[],
  models: readonly string[],
  findings: Findings,
  evaluation: Located | undefined,
): SuiteDraft {
  const ids = new MetricIds();
  const all = rows.map((item): CaseDraft => {
    const list = new MetricList(ids);
    for (const grader of criteria) addGrader(grader, item, list, findings);
    return {
      vars: item,
      ...(list.expected === undefined ? {} : { expected: list.expected }),
      ...(list.metrics.length > 0 ? { metrics: list.metrics } : {}),
    };
  });
  const { cases, metrics } = hoistMetrics(all);
  const judged = all.some((each) => (each.metrics?.length ?? 0) > 0);
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
  };
}

/** The rows of runs: written in them, or in a file that was saved beside the source. */
async function rowsOf(reading: Reading, runs: readonly Located[]): Promise<readonly Readonly<Record<string, Json>>[]> {
  const { findings } = reading;
  const rows = new Map<string, Readonly<Record<string, Json>>>();
  for (const run of runs) {
    const source = memberOf(memberOf(run, 'data_source'), 'source');
    if (!source) continue;
    const type = typeOf(source);
    if (type !== 'file_content' && type !== 'file_id') findings.refuse(`rows ${type}`, source.place, STORED);
    else {
      for (const row of type === 'file_id'
        ? await savedRows(reading, source)
        : (memberOf(source, 'content')?.items ?? [])) {
        const item = memberOf(row, 'item') ?? row;
        if (memberOf(row, 'sample'))
          findings.refuse(
            'sample',
            row.place,
            'llmci asks the model anew; `llmci score` scores outputs that are there',
          );
        if (isRecord(item.data)) rows.set(JSON.stringify(item.data), item.data as Readonly<Record<string, Json>>);
      }
      if (type === 'file_content') findings.take('rows', source.place);
    }
  }
  return [...rows.values()];
}

async function savedRows({ findings, files }: Reading, source: Located): Promise<readonly Located[]> {
  const id = textOf(memberOf(source, 'id')) ?? '';
  const path = /^[\w-]+$/.test(id) ? pathNamed(source.place.file, `${id}.jsonl`) : null;
  const read = path === null ? null : await files.read(path);
  if (path === null || read === null || 'why' in read) {
    findings.refuse(
      `rows ${id}`,
      source.place,
      `they are in a file at OpenAI: save it beside this one as ${id || 'ID'}.jsonl (\`GET /v1/files/${id || 'ID'}/content\`), and import again`,
    );
    return [];
  }
  findings.take(`rows ${id}`, source.place, path);
  return read.text.split('\n').flatMap((line, index) => {
    const row = line.trim() === '' ? null : parseLocated(path, line);
    if (row === null) return [];
    const at = { file: path, line: index + 1, column: 1 };
    if (!isUnreadable(row)) return [located(row.data, at)];
    findings.refuse('row', at, row.why);
    return [];
  });
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
  const reference = textOf(memberOf(written, 'item_reference'));
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

function typeOf(value: Located | undefined): string {
  return textOf(memberOf(value, 'type')) ?? '(none)';
}

/** Whether a suite asks a judge anywhere. */
export function suiteAsksJudge({ cases, metrics }: SuiteDraft): boolean {
  return asksJudge([...metrics, ...cases.flatMap((each) => each.metrics ?? [])]);
}
