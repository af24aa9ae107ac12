import { type PromptPair, pairPrompts } from '../core/prompts/pair-prompts.js';
import { changePrompt } from '../core/prompts/prompt-change.js';
import { isRecordedAnew } from '../core/prompts/recording-changes.js';
import { rankOf, riskOf } from '../core/prompts/risk.js';
import { changeRules, reasonOfRule } from '../core/prompts/rule-changes.js';
import type { Case } from '../model/case.js';
import type { Coverage, Diff, DiffedPrompt, Fit } from '../model/diff.js';
import type { Risk } from '../model/prompt.js';
import type { PromptState } from '../model/prompt-change.js';
import type { RulesState, SuiteState } from '../model/suite-state.js';
import { countPromptTokens } from './count-tokens.js';
import { costOfCalls, meanUsageOf, type Prices } from './mean-usage.js';
import type { ProjectState } from './project-state.js';
import { renderCase } from './render-case.js';

interface DiffOptions {
  /** Ids of prompts, of either side; none for all. */
  readonly only?: readonly string[];
  /** A case, to show what it makes of both sides. */
  readonly shown?: Case | null;
}

/** The suites, with the texts of their cassettes as they are and as they were; null where that is not known. */
interface Evidence {
  readonly suites: readonly SuiteState[];
  readonly now: RulesState['recordings'];
  readonly before: RulesState['recordings'] | null;
}

/** What has changed between two states of the prompts of the project at `root`, with what a reviewer asks next. */
export async function diffStates(
  root: string,
  from: ProjectState,
  to: ProjectState,
  prices: Prices,
  { only = [], shown = null }: DiffOptions = {},
): Promise<Diff> {
  // A prompt that one side cannot read is told, and is not gone there; a release knows of one prompt only
  const readable = (state: ProjectState, other: ProjectState) =>
    new Map(
      [...state.prompts].filter(
        ([id]) => !other.broken.has(id) && (other.holds !== 'one release' || other.prompts.has(id)),
      ),
    );
  const isWhole = from.holds === 'all' && to.holds === 'all';
  const pairs = pairPrompts(readable(from, to), readable(to, from)).filter((pair) => isWanted(pair, only));
  // What is released is judged by the suites of the other side
  const judging = [to, from].find(({ holds }) => holds === 'all')?.rules ?? null;
  const evidence = judging && {
    suites: judging.suites,
    now: judging.recordings,
    before: isWhole ? from.rules.recordings : null,
  };
  const prompts: DiffedPrompt[] = [];
  for (const each of pairs) {
    const pair = isWhole ? each : { before: askedOnly(each.before), now: askedOnly(each.now) };
    const prompt = await diffPrompt(root, pair, evidence, prices);
    prompts.push(shown === null ? prompt : { ...prompt, rendered: renderCase(pair, shown) });
  }
  const changed = prompts.filter(({ effect }) => effect !== 'same');
  const rules = only.length > 0 || !isWhole ? [] : changeRules(from.rules, to.rules, renamedIn(pairs));
  return {
    diff: 1,
    from: { name: from.name, commit: from.commit },
    to: { name: to.name, commit: to.commit },
    prompts: changed.toSorted((a, b) => rankOf(b.risk) - rankOf(a.risk)),
    same: prompts.length - changed.length,
    rules,
    broken: [
      ...from.problems.map((problem) => ({ side: 'from' as const, ...problem })),
      ...to.problems.map((problem) => ({ side: 'to' as const, ...problem })),
    ],
    risk: highest([...changed.map(({ risk }) => risk), ...rules.map((rule) => reasonOfRule(rule).risk)]),
  };
}

/** A prompt without what releases do not hold: the gates beside it, the results of its tools, and what is for people. */
function askedOnly(state: PromptState | null): PromptState | null {
  if (state === null) return null;
  const { responses: _, trusted: _trusted, ...prompt } = state.prompt;
  const nothing = { thresholds: null, thresholdsPath: null, files: [] };
  return { prompt: { ...prompt, path: '' }, about: { risk: state.about.risk }, ...nothing };
}

/** The ids that prompts had before, with those that they have now. */
function renamedIn(pairs: readonly PromptPair[]): ReadonlyMap<string, string> {
  return new Map(
    pairs.flatMap(({ before, now }) =>
      before && now && before.prompt.id !== now.prompt.id ? [[before.prompt.id, now.prompt.id]] : [],
    ),
  );
}

function highest(risks: readonly Risk[]): Risk {
  return risks.toSorted((a, b) => rankOf(b) - rankOf(a))[0] ?? 'low';
}

function isWanted({ before, now }: PromptPair, only: readonly string[]): boolean {
  return only.length === 0 || [before, now].some((side) => side !== null && only.includes(side.prompt.id));
}

async function diffPrompt(
  root: string,
  { before, now }: PromptPair,
  evidence: Evidence | null,
  prices: Prices,
): Promise<DiffedPrompt> {
  const change = changePrompt(before, now);
  const verdict = riskOf(change);
  const [was, is] = [sideOf(before, root), sideOf(now, root)];
  // Suites that name a prompt as it was called before do not run it
  const covering = evidence?.suites.filter(({ prompts }) => prompts.includes(change.id)) ?? null;
  const recorded = (evidence?.suites ?? []).filter(({ prompts }) =>
    [before, now].some((side) => side && prompts.includes(side.prompt.id)),
  );
  const usage = change.effect === 'same' ? null : await meanUsageOf(root, (before ?? now)?.prompt.id ?? '', recorded);
  const stated = now?.about.risk ?? null;
  return {
    ...change,
    ...verdict,
    tokens: { before: was?.tokens ?? null, now: is?.tokens ?? null },
    cost: usage && costOfCalls(usage, was, is, prices),
    suites: covering?.map((suite) => coverageOf(suite, before, now, evidence)) ?? null,
    calibration: change.id.startsWith('judges/') ? (change.effect === 'same' ? 'fits' : 'stale') : 'none',
    owners: [...new Set([...(before?.about.owners ?? []), ...(now?.about.owners ?? [])])],
    understated: stated !== null && rankOf(stated) < rankOf(verdict.risk) ? stated : null,
  };
}

function sideOf(state: PromptState | null, root: string) {
  return state && { model: state.prompt.model, tokens: countPromptTokens(state.prompt, root) };
}

function coverageOf(
  suite: SuiteState,
  before: PromptState | null,
  now: PromptState | null,
  recordings: Omit<Evidence, 'suites'> | null,
): Coverage {
  const digest = now?.prompt.digest;
  const columns = suite.baseline?.columns.filter(({ prompt }) => prompt === now?.prompt.id) ?? [];
  // What was blessed is of a digest: any other content of the prompt has not been judged by it
  const baseline: Fit =
    columns.length === 0 ? 'none' : columns.every(({ promptDigest }) => promptDigest === digest) ? 'fits' : 'stale';
  const textIn = (texts: RulesState['recordings'] | null) => (suite.cassette && texts?.[suite.cassette]) || '';
  const text = textIn(recordings?.now ?? null);
  const isFitting = () =>
    before?.prompt.digest === digest ||
    (recordings?.before != null && isRecordedAnew(suite.id, now?.prompt.id ?? '', textIn(recordings.before), text));
  return { suite: suite.id, baseline, cassette: text === '' ? 'none' : isFitting() ? 'fits' : 'stale' };
}
