import { isRecord, type Json } from '../../model/json.js';
import { readAbout } from '../about.js';
import { askableWith } from '../askable.js';
import type { CaseDraft, MetricDraft } from '../draft/draft.js';
import { asksJudge, hoistMetrics, MetricIds, MetricList } from '../draft/metric-list.js';
import { slug, stemOf } from '../draft/names.js';
import { writeDraft } from '../draft/write-draft.js';
import { Findings, nothingOf } from '../import-findings.js';
import { defineImporter, type Imported, type SourceFile } from '../importer.js';
import { calibrationAdvice, JUDGE } from '../judges.js';
import { isUnreadable, type Located, located, memberOf, parseLocated, textOfLocated } from '../located.js';
import { type MessagesDraft, readChat } from '../messages.js';
import { fillDefaults } from '../missing-variables.js';
import { placeholderModel, UNNAMED } from '../models.js';
import { importOutputFormat } from '../output-format.js';
import { importParameters, isParameter } from '../parameters.js';
import { readModel } from '../prompt-model.js';
import { jinjaToLiquid } from '../templates/jinja.js';
import { tellTexts } from '../texts.js';
import { refuseTemplate, translateWith } from '../translate.js';
import { addEvaluator } from './evaluators.js';

export const github = defineImporter({
  format: 'github',
  describe: "GitHub's .prompt.yml, with its testData and evaluators",
  isSource: (path) => /\.prompt\.ya?ml$/.test(path) && !/(^|\/)prompts\/judges\//.test(path),
  read: async (source) => readPromptYml(source),
});

function readPromptYml(source: SourceFile): Imported {
  const root = parseLocated(source.path, source.text);
  if (isUnreadable(root)) return nothingOf(root);
  const findings = new Findings();
  const messages = messagesOf(root, findings);
  if (messages === null) return { files: [], report: findings.all() };
  const name = slug(stemOf(source.path).replace(/\.prompt$/, ''), 'prompt');
  const { cases, metrics } = readSuite(root, messages, findings);
  const { model, providers } = modelOf(root, cases.length > 0, findings);
  tellOthers(root, findings);
  const file = {
    ...readAbout(root, ['name', 'description'], findings),
    ...(model === undefined ? {} : { model }),
    ...parametersOf(root, findings),
    messages,
    ...defaultsOf(root, messages, cases, findings),
    ...outputOf(root, findings),
  };
  const marked = [...metrics, ...cases.flatMap((each) => each.metrics ?? [])];
  const judged = asksJudge(marked);
  tellTexts(marked, memberOf(root, 'evaluators')?.place ?? root.place, findings);
  if (judged) findings.change('evaluators', root.place, calibrationAdvice(name));
  const draft = {
    source: source.path,
    format: 'github',
    prompts: [{ id: name, file, places: findings.places }],
    suites:
      cases.length === 0
        ? []
        : [
            {
              name,
              prompts: [name],
              models: [],
              cases,
              metrics,
              gates: marked.length > 0 ? [{ metric: 'pass', min: '100%', decide: 'point' }] : [],
              places: findings.places,
            },
          ],
    providers,
    judge: judged ? JUDGE : null,
  };
  return { files: writeDraft(draft), report: findings.all() };
}

function messagesOf(root: Located, findings: Findings): MessagesDraft | null {
  const written = memberOf(root, 'messages');
  if (!written || written.items.length === 0) {
    findings.refuse('file', root.place, 'it has no `messages`');
    return null;
  }
  const notes = new Set<string>();
  findings.mark('', root.place);
  findings.mark('messages', written.place);
  try {
    const messages = readChat(written, translateWith(jinjaToLiquid, notes));
    if (notes.size > 0) findings.change('messages', written.place, [...notes].join('; '));
    else findings.take('messages', written.place);
    return messages;
  } catch (error) {
    refuseTemplate(error, 'messages', findings);
    return null;
  }
}

function readSuite(
  root: Located,
  messages: MessagesDraft,
  findings: Findings,
): { readonly cases: readonly CaseDraft[]; readonly metrics: readonly MetricDraft[] } {
  const rows = memberOf(root, 'testData');
  const evaluators = memberOf(root, 'evaluators')?.items ?? [];
  if (!rows || rows.items.length === 0) {
    if (rows)
      findings.refuse('testData', rows.place, 'it is empty: the prompt was taken over, and a suite needs cases');
    for (const evaluator of evaluators)
      findings.refuse(
        `evaluator ${textOfLocated(memberOf(evaluator, 'name')) ?? ''}`.trim(),
        evaluator.place,
        'without testData there is nothing to evaluate: write a suite in evals/',
      );
    return { cases: [], metrics: [] };
  }
  const ids = new MetricIds();
  const given = rows.items.flatMap(({ data }) => (isRecord(data) ? [data as Readonly<Record<string, Json>>] : []));
  const faultOf = askableWith(messages, fillDefaults(messages, given).defaults);
  const all = rows.items.flatMap((row): CaseDraft[] => {
    if (!isRecord(row.data)) {
      findings.refuse('row', row.place, 'it is no mapping of variables');
      return [];
    }
    const { expected, ...rest } = row.data as Readonly<Record<string, Json>>;
    const vars = Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, value ?? '']));
    const fault = faultOf(vars);
    if (fault !== null) {
      findings.refuse('row', row.place, `it cannot be asked: ${fault}`);
      return [];
    }
    const list = new MetricList(ids);
    const hasExpected = expected !== undefined && expected !== null && expected !== '';
    if (hasExpected) list.expected = expected;
    for (const evaluator of evaluators)
      addEvaluator(evaluator, { ...rest, ...(hasExpected ? { expected } : {}) }, list, findings);
    findings.take('row', row.place);
    return [
      {
        vars,
        ...(list.expected === undefined ? {} : { expected: list.expected }),
        ...(list.metrics.length > 0 ? { metrics: list.metrics } : {}),
      },
    ];
  });
  if (evaluators.length === 0)
    findings.change(
      'testData',
      rows.place,
      'there are no evaluators, so nothing could fail: write metrics and gates before you run it',
    );
  return hoistMetrics(all);
}

/** The model, and what llmci.yaml needs for it; where cases are to be asked, an entry that fails holds the place of one. */
function modelOf(root: Located, isAsked: boolean, findings: Findings) {
  const providers: Record<string, Json> = {};
  const model = readModel(memberOf(root, 'model'), findings, providers);
  if (model !== undefined || !isAsked) return { model, providers };
  const stand = placeholderModel(UNNAMED);
  if (stand.provider) providers[stand.provider.name] = stand.provider.entry;
  findings.change(
    'model',
    root.place,
    `none that llmci could ask: the entry \`${UNNAMED}\` of llmci.yaml holds its place, and fails until you name one`,
  );
  return { model: stand.model, providers };
}

function parametersOf(root: Located, findings: Findings) {
  const written = memberOf(root, 'modelParameters');
  const modelParameters = written ? importParameters(written.members, findings) : {};
  return Object.keys(modelParameters).length > 0 ? { modelParameters } : {};
}

/** Empty values for what some rows lack: llmci refuses a variable that is not given. */
function defaultsOf(root: Located, messages: MessagesDraft, cases: readonly CaseDraft[], findings: Findings) {
  const given = cases.map(({ vars }) => vars);
  const { defaults, missing } = fillDefaults(messages, given);
  if (missing.length === 0 || cases.length === 0) return {};
  findings.change(
    'testData',
    memberOf(root, 'testData')?.place ?? root.place,
    `${missing.join(', ')}: not in every row, and empty there; \`input.defaults\` says so`,
  );
  return { input: { defaults } };
}

function outputOf(root: Located, findings: Findings) {
  const output = formatOf(root, findings);
  return output ? { output } : {};
}

function formatOf(root: Located, findings: Findings) {
  const format = memberOf(root, 'responseFormat');
  const schema = memberOf(root, 'jsonSchema');
  const kind = textOfLocated(format) ?? (schema ? 'json_schema' : 'text');
  if (kind !== 'json_schema' || !schema)
    return format ? importOutputFormat(located({ type: kind }, format.place), findings) : undefined;
  const text = textOfLocated(schema);
  const read = text === undefined ? schema : parseLocated(schema.place.file, text);
  const data = isUnreadable(read) ? null : read.data;
  return importOutputFormat(located({ type: kind, json_schema: data }, schema.place), findings);
}

const READ = new Set([
  'name',
  'description',
  'model',
  'modelParameters',
  'messages',
  'testData',
  'evaluators',
  'responseFormat',
  'jsonSchema',
]);

function tellOthers(root: Located, findings: Findings): void {
  for (const [key, { place }] of root.members)
    if (!READ.has(key)) findings.refuse(`setting ${key}`, place, 'a prompt of llmci has no such key');
  for (const [key, { place }] of memberOf(root, 'modelParameters')?.members ?? [])
    if (!isParameter(key))
      findings.refuse(`parameter ${key}`, place, '`extra` of `modelParameters` sends it to the service');
}
