import { isBlank } from '../../model/blank.js';
import type { Json } from '../../model/json.js';
import type { SourcePlace } from '../../model/problem.js';
import type { CaseDraft, MetricDraft } from '../draft/draft.js';
import { asksJudge, hoistMetrics, MetricIds, MetricList } from '../draft/metric-list.js';
import { Names } from '../draft/names.js';
import type { Findings } from '../import-findings.js';
import { type Located, memberOf, numberOf, textOfLocated } from '../located.js';
import { type Reading, readNamedData } from '../reading.js';
import { isTemplate } from '../templates/substitute.js';
import { CaseMetrics } from './case-metrics.js';
import { readVariables, type Variables } from './variables.js';

/** A test of promptfoo as a case. */
export interface FoundCase {
  readonly draft: CaseDraft;
  readonly place: SourcePlace;
  /** What was found of its test. */
  readonly findings: Findings;
  /** The mean score that is enough for it; null when every assertion counts. */
  readonly threshold: number | null;
}

export interface FoundCases {
  readonly cases: readonly FoundCase[];
  /** What every case is judged by. */
  readonly metrics: readonly MetricDraft[];
  readonly judged: boolean;
}

const EMPTY: ReadonlyMap<string, Located> = new Map();

/** What `defaultTest` says of every test. */
interface Defaults {
  readonly written: Located | undefined;
  /** What every case is judged by, and the accepted answer that this takes. */
  readonly common: MetricList;
  /** Assertions that each case gets for itself: they read its variables. */
  readonly perCase: readonly Located[];
}

/** The names that all cases of a file share, so that each stands for one thing. */
interface Naming {
  readonly ids: MetricIds;
  readonly names: Names;
}

/** Turns the tests of a promptfoo file, each with what `defaultTest` adds to it, into cases. */
export async function importCases(
  reading: Reading,
  tests: readonly Located[],
  defaultTest: Located | undefined,
): Promise<FoundCases> {
  const naming = { ids: new MetricIds(), names: new Names() };
  const defaults = await readDefaults(reading, defaultTest, naming);
  const cases: FoundCase[] = [];
  for (const test of tests) cases.push(...(await casesOf(test, reading, defaults, naming)));
  const common = defaults.common.metrics;
  const { cases: drafts, metrics } = hoistMetrics(cases.map(({ draft }) => draft));
  return {
    cases: cases.map((each, index) => ({ ...each, draft: drafts[index] ?? each.draft })),
    metrics: [...common, ...metrics],
    judged: asksJudge([...common, ...cases.flatMap(({ draft }) => draft.metrics ?? [])]),
  };
}

async function readDefaults(reading: Reading, written: Located | undefined, { ids }: Naming): Promise<Defaults> {
  const common = new CaseMetrics(reading, new MetricList(ids));
  const perCase: Located[] = [];
  for (const assertion of memberOf(written, 'assert')?.items ?? []) {
    if (isTemplate(JSON.stringify(assertion.data)) || needsContext(assertion)) perCase.push(assertion);
    else await common.add(assertion, {});
  }
  if (written) tellOthers(written, reading);
  return { written, common: common.list, perCase };
}

/** The cases of a test: one for each combination of the values of its variables. None, with a finding, when one cannot be had. */
async function casesOf(
  test: Located,
  { files, findings: whole }: Reading,
  defaults: Defaults,
  naming: Naming,
): Promise<readonly FoundCase[]> {
  const findings = whole.ofPart();
  const reading = { files, findings };
  tellOthers(test, reading);
  const combinations = await readAllVariables(reading, test, defaults.written);
  if (combinations === null) {
    findings.refuse('test', test.place, 'a variable of it cannot be had');
    return [];
  }
  const threshold = thresholdOf(test) ?? thresholdOf(defaults.written) ?? null;
  const cases: FoundCase[] = [];
  for (const vars of combinations) {
    const list = await metricsOf(test, vars, reading, defaults, naming);
    const draft = draftOf(test, defaults.written, { vars, list }, naming);
    cases.push({ draft, place: test.place, findings, threshold });
  }
  if (defaults.common.metrics.length === 0 && lacksMetrics(cases) && memberOf(test, 'assert'))
    findings.change('test', test.place, 'no assertion of it is left: it is asked, and nothing judges it');
  // What stands for a file without tests is none of the user's
  if (test.members.size > 0) findings.take('test', test.place, cases.length > 1 ? `${cases.length} cases` : '');
  return cases;
}

async function readAllVariables(
  reading: Reading,
  test: Located,
  defaultTest: Located | undefined,
): Promise<readonly Variables[] | null> {
  const written = new Map([...(await varsOf(reading, defaultTest)), ...(await varsOf(reading, test))]);
  const isDisabled = [test, defaultTest].some(
    (each) => memberOf(memberOf(each, 'options'), 'disableVarExpansion')?.data === true,
  );
  return readVariables(reading, written, !isDisabled);
}

async function metricsOf(
  test: Located,
  vars: Variables,
  reading: Reading,
  { common, perCase }: Defaults,
  { ids }: Naming,
): Promise<MetricList> {
  const metrics = new CaseMetrics(reading, new MetricList(ids, common.taken));
  // An accepted answer belongs to cases; so does what needs it
  metrics.list.expected = common.expected;
  for (const assertion of [...perCase, ...(memberOf(test, 'assert')?.items ?? [])]) await metrics.add(assertion, vars);
  return metrics.list;
}

function draftOf(
  test: Located,
  defaultTest: Located | undefined,
  { vars, list: { expected, metrics } }: { readonly vars: Variables; readonly list: MetricList },
  { names }: Naming,
): CaseDraft {
  const name = textOfLocated(memberOf(test, 'description'))?.trim().slice(0, 120) ?? '';
  return {
    ...(isBlank(name) ? {} : { id: names.unique(name) }),
    vars,
    ...(expected === undefined ? {} : { expected }),
    ...tagsOf([defaultTest, test]),
    ...(metrics.length > 0 ? { metrics } : {}),
  };
}

function needsContext(assertion: Located): boolean {
  return /context-/.test(JSON.stringify(assertion.data));
}

function lacksMetrics(cases: readonly FoundCase[]): boolean {
  return cases.some(({ draft }) => draft.metrics === undefined);
}

async function varsOf(reading: Reading, test: Located | undefined): Promise<ReadonlyMap<string, Located>> {
  const written = memberOf(test, 'vars');
  const named = textOfLocated(written);
  if (!written) return EMPTY;
  const data = named === undefined ? written : await readNamedData(reading, 'variables', named, written.place);
  return new Map([...(data?.members ?? [])].map(([name, { value }]) => [name, value]));
}

function thresholdOf(test: Located | undefined): number | undefined {
  const threshold = numberOf(memberOf(test, 'threshold'));
  return threshold !== undefined && threshold >= 0 && threshold <= 1 ? threshold : undefined;
}

function tagsOf(tests: readonly (Located | undefined)[]): { readonly tags?: readonly string[] } {
  const tags = tests.flatMap((test) =>
    [...(memberOf(test, 'metadata')?.members ?? [])].flatMap(([key, { value }]) => {
      const texts = value.items.length > 0 ? value.items.map(textOfLocated) : [textOfLocated(value)];
      return texts.flatMap((text) => (text === undefined || isBlank(text) ? [] : [`${key}:${text}`]));
    }),
  );
  return tags.length > 0 ? { tags: [...new Set(tags)] } : {};
}

const READ = new Set(['vars', 'assert', 'description', 'threshold', 'metadata']);
const CODE = 'code is never run by an import';
const OTHERS: Readonly<Record<string, string>> = {
  assertScoringFunction: `${CODE}: \`score\` of a sample is the mean of its fractions, weighted by \`weight\`, and gates judge it`,
  provider: 'every case is asked of every model of its suite: write a suite for these cases',
  providers: 'every case is asked of every model of its suite: write a suite for these cases',
  prompts: 'every case is asked with every prompt of its suite: write a suite for these cases',
  providerOutput: 'llmci scores ready-made outputs with `llmci score`',
  'options.transform': `${CODE}: metrics look at the output as it is`,
  'options.postprocess': `${CODE}: metrics look at the output as it is`,
  'options.transformVars': `${CODE}: write the variables as the prompt needs them`,
  'options.prefix': 'write it into the prompt',
  'options.suffix': 'write it into the prompt',
  'options.rubricPrompt': 'llmci has prompts of its own for judges; `prompts/judges/` is where a project has others',
  'options.provider': 'the judge is named in llmci.yaml, for all metrics',
  'options.disableVarExpansion': '',
  'options.storeOutputAs': 'a case knows nothing of others: `turns` are what is said one after the other',
};

/** Tells of what stands in a test besides what is read. */
function tellOthers(test: Located, { findings }: Reading): void {
  for (const [key, { place, value }] of test.members) {
    if (READ.has(key)) continue;
    if (key !== 'options') findings.refuse(`test ${key}`, place, OTHERS[key] ?? 'llmci has no such setting of a case');
    else {
      for (const [option, member] of value.members) {
        const note = OTHERS[`options.${option}`];
        if (note !== '')
          findings.refuse(`option ${option}`, member.place, note ?? 'llmci has no such setting of a case');
      }
    }
  }
}

/** Test data as it is, for those who look for variables. */
export function variablesOfCases(cases: readonly FoundCase[]): readonly Readonly<Record<string, Json>>[] {
  return cases.map(({ draft }) => draft.vars);
}
