import { isRecord, type Json } from '../../model/json.js';
import { readAbout } from '../about.js';
import { askableWith } from '../askable.js';
import type { PromptDraft, SuiteDraft } from '../draft/draft.js';
import { folderOf, Names, slug, stemOf } from '../draft/names.js';
import { writeDraft } from '../draft/write-draft.js';
import { Findings, nothingOf } from '../import-findings.js';
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
import { type FoundProviders, type ModelGroup, readProviders } from './providers.js';
import { readScenarios } from './scenarios.js';
import { tellSettings } from './settings.js';
import { readTests } from './tests.js';

export const promptfoo = defineImporter({
  format: 'promptfoo',
  describe: 'promptfoo configurations, with the files that they name',
  isSource: (path) => /(^|\/)promptfooconfig[^/]*\.(ya?ml|json)$/.test(path),
  read: readPromptfoo,
});

/** Reads a configuration of promptfoo, also one that OpenAI's Evals have exported. */
export async function readPromptfoo(source: SourceFile, files: SourceFiles): Promise<Imported> {
  const root = parseLocated(source.path, source.text);
  if (isUnreadable(root)) return nothingOf(root);
  const findings = new Findings();
  const reading: Reading = { findings, files };
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
  const written = writeAll(source.path, { root, prompts, providers, found }, findings);
  return { files: written, report: findings.all() };
}

async function defaultTest(reading: Reading, written: Located | undefined): Promise<Located | undefined> {
  const named = textOfLocated(written);
  if (!written || named === undefined) return written;
  return (await readNamedData(reading, 'defaultTest', named, written.place)) ?? undefined;
}

/** A configuration, as far as it could be read. */
interface Taken {
  readonly root: Located;
  readonly prompts: readonly FoundPrompt[];
  readonly providers: FoundProviders;
  readonly found: FoundCases;
}

function writeAll(path: string, { root, prompts, providers, found }: Taken, findings: Findings) {
  const name = nameOf(path);
  const asked = keepAskable(prompts, found.cases, findings);
  const { cases, gates } = gateCases(asked, found.metrics, root, findings);
  if (gates.length === 0)
    findings.change(
      'tests',
      root.place,
      'no assertion is left, so nothing could fail: write metrics and gates before you run it',
    );
  if (cases.length === 0) findings.refuse('tests', root.place, 'none can be asked, and a suite needs cases');

  const stand = placeholderModel(UNNAMED);
  const namesNone = providers.groups.length === 0;
  const groups = namesNone ? [{ models: [stand.model], asked: {}, places: new Map() }] : providers.groups;
  const ids = new Names();
  const variables = variablesOfCases(asked);
  const drafts = groups.map((group, index) => {
    const folder = index === 0 ? name : `${name}-${index + 1}`;
    const own = prompts.map((prompt, place) => {
      const id = ids.unique(prompts.length === 1 ? folder : `${folder}/${prompt.name || `prompt-${place + 1}`}`);
      return draftPrompt(id, prompt, group, variables, findings);
    });
    if (cases.length === 0) return { prompts: own, suites: [] };
    const suite: SuiteDraft = {
      ...{ name: folder, ...readAbout(root, ['description'], findings), cases, metrics: found.metrics, gates },
      prompts: own.map(({ id }) => id),
      models: group.models.length > 1 ? group.models : [],
      trials: trialsOf(root),
      places: new Map([...group.places, ['', root.place]]),
    };
    return { prompts: own, suites: [suite] };
  });
  tellProviders(root, providers, findings);
  const marked = [...found.metrics, ...cases.flatMap((each) => each.metrics ?? [])];
  tellTexts(marked, memberOf(root, 'tests')?.place ?? root.place, findings);
  if (found.judged) findings.change('graders', root.place, calibrationAdvice(name));
  const standIn = stand.provider ? { [UNNAMED]: stand.provider.entry } : {};
  return writeDraft({
    source: path,
    format: 'promptfoo',
    prompts: drafts.flatMap((each) => each.prompts),
    suites: drafts.flatMap((each) => each.suites),
    providers: namesNone ? standIn : providers.entries,
    judge: found.judged ? JUDGE : null,
  });
}

/** A prompt as the models of a group are asked it. */
function draftPrompt(
  id: string,
  prompt: FoundPrompt,
  { models: [model], asked, places }: ModelGroup,
  variables: ReturnType<typeof variablesOfCases>,
  findings: Findings,
): PromptDraft {
  const { defaults, missing } = fillDefaults(prompt.messages, variables);
  if (missing.length > 0)
    findings.change(
      'prompt',
      prompt.place,
      `${missing.join(', ')}: not given by every test, and empty there; \`input.defaults\` says so`,
    );
  return {
    id,
    file: {
      ...(model === undefined ? {} : { model }),
      ...asked,
      messages: prompt.messages,
      ...(Object.keys(defaults).length > 0 ? { input: { defaults } } : {}),
    },
    places: new Map([...places, ['', prompt.place]]),
  };
}

function tellProviders(root: Located, { groups }: FoundProviders, findings: Findings): void {
  if (groups.length === 0)
    findings.refuse('providers', root.place, 'it names none: give the prompts a `model`, or the suite `models`');
  if (groups.length > 1)
    findings.change(
      'providers',
      memberOf(root, 'providers')?.place ?? root.place,
      'they ask with different parameters: a suite, and prompts, for each kind',
    );
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
