import { isRecord, type Json } from '../../model/json.js';
import { readAbout } from '../about.js';
import { askableWith } from '../askable.js';
import type { PromptDraft, SuiteDraft } from '../draft/draft.js';
import { folderOf, Names, slug, stemOf } from '../draft/names.js';
import { writeDraft } from '../draft/write-draft.js';
import { Findings } from '../import-findings.js';
import { defineImporter, type Imported, type SourceFile, type SourceFiles } from '../importer.js';
import { calibrationAdvice, JUDGE } from '../judges.js';
import { isUnreadable, type Located, memberOf, numberOf, parseLocated, textOfLocated } from '../located.js';
import { fillDefaults } from '../missing-variables.js';
import { placeholderModel, UNNAMED } from '../models.js';
import { type Reading, readNamedData } from '../reading.js';
import { tellTexts } from '../texts.js';
import { type FoundCase, type FoundCases, importCases, variablesOfCases } from './cases.js';
import { gateCases } from './gates.js';
import { type FoundPrompt, readPrompts } from './prompts.js';
import { type FoundProviders, readProviders } from './providers.js';
import { readScenarios } from './scenarios.js';
import { tellSettings } from './settings.js';
import { readTests } from './tests.js';

export const promptfoo = defineImporter({
  format: 'promptfoo',
  describe: 'a promptfoo configuration: prompts, providers and tests become prompts, a suite and gates',
  isSource: (path) => /(^|\/)promptfooconfig[^/]*\.(ya?ml|json)$/.test(path),
  read: readPromptfoo,
});

/** Reads a configuration of promptfoo, also one that OpenAI's Evals have exported. */
export async function readPromptfoo(source: SourceFile, files: SourceFiles): Promise<Imported> {
  const findings = new Findings();
  const reading: Reading = { findings, files };
  const root = parseLocated(source.path, source.text);
  if (isUnreadable(root)) {
    findings.refuse('file', root.place, root.why);
    return { files: [], report: findings.all() };
  }
  tellSettings(root, findings);
  const env = memberOf(root, 'env')?.data;
  const prompts = await readPrompts(
    reading,
    memberOf(root, 'prompts'),
    isRecord(env) ? (env as Record<string, Json>) : {},
  );
  const providers = await readProviders(reading, memberOf(root, 'providers') ?? memberOf(root, 'targets'));
  const defaults = await defaultTest(reading, memberOf(root, 'defaultTest'));
  const tests = [
    ...(await readTests(reading, memberOf(root, 'tests'))),
    ...(await readScenarios(reading, memberOf(root, 'scenarios'))),
  ];
  // Without tests promptfoo asks each prompt once
  const found = await importCases(reading, tests.length > 0 ? tests : [{ ...root, members: new Map() }], defaults);
  if (prompts.length === 0) {
    findings.refuse('file', root.place, 'no prompt of it could be taken over, so there is nothing to evaluate');
    return { files: [], report: findings.all() };
  }
  return { files: writeAll(source, root, prompts, providers, found, findings), report: findings.all() };
}

async function defaultTest(reading: Reading, written: Located | undefined): Promise<Located | undefined> {
  const named = textOfLocated(written);
  if (!written || named === undefined) return written;
  return (await readNamedData(reading, 'defaultTest', named, written.place)) ?? undefined;
}

function writeAll(
  source: SourceFile,
  root: Located,
  prompts: readonly FoundPrompt[],
  providers: FoundProviders,
  found: FoundCases,
  findings: Findings,
) {
  const name = nameOf(source.path);
  const asked = keepAskable(prompts, found.cases, findings);
  const { cases, gates } = gateCases(asked, found.metrics, root, findings);
  if (gates.length === 0)
    findings.change(
      'tests',
      root.place,
      'no assertion is left, so nothing could fail: write metrics and gates before you run it',
    );
  const stand = placeholderModel(UNNAMED);
  const groups =
    providers.groups.length > 0 ? providers.groups : [{ models: [stand.model], asked: {}, places: new Map() }];
  const drafts: PromptDraft[] = [];
  const suites: SuiteDraft[] = [];
  const ids = new Names();
  if (cases.length === 0) findings.refuse('tests', root.place, 'none can be asked, and a suite needs cases');
  for (const [index, { models, asked: settings, places }] of groups.entries()) {
    const folder = index === 0 ? name : `${name}-${index + 1}`;
    const own = prompts.map((prompt, place): PromptDraft => {
      const id = ids.unique(prompts.length === 1 ? folder : `${folder}/${prompt.name || `prompt-${place + 1}`}`);
      const { defaults, missing } = fillDefaults(prompt.messages, variablesOfCases(asked));
      if (missing.length > 0)
        findings.change(
          'prompt',
          prompt.place,
          `${missing.join(', ')}: not given by every test, and empty there; \`input.defaults\` says so`,
        );
      const [model] = models;
      return {
        id,
        file: {
          ...(model === undefined ? {} : { model }),
          ...settings,
          messages: prompt.messages,
          ...(Object.keys(defaults).length > 0 ? { input: { defaults } } : {}),
        },
        places: new Map([...places, ['', prompt.place]]),
      };
    });
    drafts.push(...own);
    if (cases.length === 0) continue;
    suites.push({
      name: folder,
      ...readAbout(root, ['description'], findings),
      prompts: own.map(({ id }) => id),
      models: models.length > 1 ? models : [],
      trials: trialsOf(root),
      cases,
      metrics: found.metrics,
      gates,
      places: new Map([...places, ['', root.place]]),
    });
  }
  if (providers.groups.length === 0)
    findings.refuse('providers', root.place, 'it names none: give the prompts a `model`, or the suite `models`');
  if (providers.groups.length > 1)
    findings.change(
      'providers',
      memberOf(root, 'providers')?.place ?? root.place,
      'they ask with different parameters: a suite, and prompts, for each kind',
    );
  tellTexts(
    [...found.metrics, ...cases.flatMap((each) => each.metrics ?? [])],
    memberOf(root, 'tests')?.place ?? root.place,
    findings,
  );
  if (found.judged) findings.change('graders', root.place, calibrationAdvice(name));
  return writeDraft({
    source: source.path,
    format: 'promptfoo',
    prompts: drafts,
    suites,
    providers:
      providers.groups.length > 0 ? providers.entries : stand.provider ? { [UNNAMED]: stand.provider.entry } : {},
    judge: found.judged ? JUDGE : null,
  });
}

/** The tests that every prompt can be asked with. */
function keepAskable(
  prompts: readonly FoundPrompt[],
  cases: readonly FoundCase[],
  findings: Findings,
): readonly FoundCase[] {
  const all = variablesOfCases(cases);
  const tries = prompts.map(({ messages }) => askableWith(messages, fillDefaults(messages, all).defaults));
  const faults = new Map(
    cases.flatMap((each) => {
      const fault = tries.map((faultOf) => faultOf(each.draft.vars)).find((found) => found !== null);
      return fault === undefined ? [] : [[each, fault]];
    }),
  );
  const kept = cases.filter((each) => !faults.has(each));
  for (const [{ place, findings: own }, fault] of faults) {
    if (!kept.some((each) => each.findings === own)) own.withdraw();
    findings.refuse('test', place, `it cannot be asked: ${fault}`);
  }
  return kept;
}

function nameOf(path: string): string {
  const stem = stemOf(path).replace(/^promptfooconfig/, '');
  const folder = folderOf(path).split('/').at(-2) ?? '';
  return slug(stem, slug(folder, 'promptfoo'));
}

function trialsOf(root: Located): number | undefined {
  const repeat = numberOf(memberOf(memberOf(root, 'evaluateOptions'), 'repeat'));
  return repeat !== undefined && Number.isInteger(repeat) && repeat > 1 && repeat <= 1000 ? repeat : undefined;
}
