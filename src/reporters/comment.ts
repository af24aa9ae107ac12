import { z } from 'zod';
import { describeGate } from '../core/gates/describe-gate.js';
import { digest } from '../core/text/canonical.js';
import { EXIT } from '../core/text/exit-code.js';
import { count } from '../core/text/format.js';
import { breakCommands } from '../core/text/printable.js';
import type { RunReader, RunSummary } from '../model/run-record.js';
import { codeSpan, escapeHtml, escapeMarkdown, fieldBlock, lengthOf } from './layout/markdown-text.js';
import { protectionBlock } from './protection-markdown.js';
import { collectProblems, countFailing, type FailingCase, rankedCases } from './words/collect.js';
import { describeResult } from './words/fields.js';
import { failedScores } from './words/outcome.js';
import {
  describeBaselines,
  describeBeside,
  describeSince,
  describeUsageChanges,
  unitsOf,
} from './words/since-baseline.js';
import { explainVerdict, verdictWord } from './words/verdict.js';
import { describeActual, describeGroup, signOfRun, VERDICT_SIGNS } from './words/words.js';

/** GitHub refuses comments of more than 65,536 characters, Bitbucket of more than 32,768. */
const MOST = 30_000;
const MOST_CASES = 20;
/** Of one column: so many are looked at for what they have in common. */
const MOST_LOOKED_AT = 500;
const MOST_GATES = 10;
const MOST_REASONS = 8;
const MOST_WORDINGS = 3;
/** Characters of the ids that a comment remembers. */
const MOST_REMEMBERED = 6000;
const MOST_COLUMNS = 5;
const MOST_BASELINES = 5;

/** What a comment remembers of its run for the next push. It stands in a comment that others may edit, so it is only shown. */
const stateSchema = z.object({
  runId: z.string(),
  commit: z.string().nullable(),
  failing: z.array(z.string().max(500)).max(MOST_REMEMBERED),
  /** Whether these are all that failed. */
  all: z.boolean().default(true),
});
type State = z.infer<typeof stateSchema>;

/** What surrounds a run on a pull request. */
export interface CommentPlace {
  /** Where the whole report is; null when nobody knows. */
  readonly link: string | null;
  /** The folder of the project in its repository; empty for the root. */
  readonly folder: string;
  /** What the change does to the prompts, as Markdown; empty where that is not known, or stands elsewhere. */
  readonly prompts: string;
}

/** The hidden start of the one comment for these suites of this project. */
export function commentMark({ suites }: Pick<RunSummary, 'suites'>, folder: string): string {
  const own = digest({ folder, suites: suites.map(({ id }) => id).sort() }).slice(0, 16);
  return `<!-- llmci:${own} -->`;
}

/** The comment for a run; `before` is the one that it takes the place of. */
export async function writeComment(
  run: RunReader,
  before: string | null,
  { link, folder, prompts }: CommentPlace,
): Promise<string> {
  const { summary } = run;
  const was = readState(before);
  // The same run again: the comment tells what was new in it already
  if (before !== null && was?.runId === summary.runId) return before;
  const problems = await collectProblems(run, MOST_LOOKED_AT);
  const failing = rankedCases(problems).map(({ failing }) => failing);
  const total = countFailing(problems);
  const state = stateOf(summary, failing);
  const passes = summary.exitCode === EXIT.pass;
  const head = [
    commentMark(summary, folder),
    `### ${signOfRun(summary)} llmci: ${verdictWord(summary).toLowerCase()}`,
    escapeMarkdown(explainVerdict(summary), 1000),
    ...baselineLines(summary),
    protectionBlock(summary),
    describePush(was, state),
    ...gateList(summary),
    usageList(summary),
    passes ? '' : reasonList(failing, failing.length < total),
    prompts,
  ];
  const tail = [
    footer(summary, link, failing),
    `<!-- llmci-state:${Buffer.from(JSON.stringify(remembered(state))).toString('base64')} -->`,
  ];
  const listed = caseList(failing, total, summary, MOST - lengthOf([...head, ...tail]));
  const cases = passes ? foldedCases(listed, total) : listed;
  return breakCommands(`${[...head, ...cases, ...tail].filter(Boolean).join('\n\n')}\n`);
}

/** What is compared with, for whoever has to know what it was that broke. */
function baselineLines(summary: RunSummary): readonly string[] {
  const isAnyBroken = (summary.changes ?? []).some(({ broken }) => broken.count > 0);
  const meaning = isAnyBroken ? '. Newly broken: passed there, fails here' : '';
  return describeBaselines(summary)
    .slice(0, MOST_BASELINES)
    .map((line, index) => `<sub>${escapeHtml(line, 1000)}${index === 0 ? meaning : ''}</sub>`);
}

function stateOf({ git, runId }: RunSummary, failing: readonly FailingCase[]): State {
  const ids = failing.map(({ result }) => nameInRun(result).slice(0, 500));
  return { runId, commit: git?.commit.slice(0, 7) ?? null, failing: [...new Set(ids)], all: true };
}

function nameInRun({ suite, case: id }: FailingCase['result']): string {
  return `${suite}: ${id}`;
}

/** As much of it as there is room for. */
function remembered(state: State): State {
  let room = MOST_REMEMBERED;
  const kept = state.failing.filter((id) => {
    room -= id.length;
    return room >= 0;
  });
  return { ...state, failing: kept, all: kept.length === state.failing.length };
}

/** What is different from the run that the comment told of before. */
function describePush(was: State | null, now: State): string {
  if (was === null) return '';
  // What was not remembered may have failed before, too
  const more = was.all ? now.failing.filter((id) => !was.failing.includes(id)) : [];
  const less = was.failing.filter((id) => !now.failing.includes(id));
  const named = (ids: readonly string[]) =>
    `${ids
      .slice(0, 5)
      .map((id) => codeSpan(id, 60))
      .join(', ')}${ids.length > 5 ? ` and ${ids.length - 5} more` : ''}`;
  const parts = [
    more.length > 0 ? `fails now: ${named(more)}` : '',
    less.length > 0 ? `no longer fails: ${named(less)}` : '',
  ].filter(Boolean);
  const since = was.commit === null ? 'Since the last run' : `Since ${codeSpan(was.commit, 12)}`;
  return `${since}: ${parts.length > 0 ? parts.join('; ') : 'the same cases fail'}.`;
}

/** What a comment remembers; null when it is no longer to be read. */
function readState(comment: string | null): State | null {
  const written = /<!-- llmci-state:([A-Za-z0-9+/=]+) -->/.exec(comment ?? '')?.[1] ?? '';
  try {
    return stateSchema.safeParse(JSON.parse(Buffer.from(written, 'base64').toString('utf8'))).data ?? null;
  } catch {
    return null;
  }
}

/** The gates that block, and why. */
function gateList({ gates }: RunSummary): readonly string[] {
  const told = gates.filter(({ blocks, warns }) => blocks || warns);
  if (told.length === 0) return [];
  const items = told.slice(0, MOST_GATES).map((gate) => {
    const sign = VERDICT_SIGNS[gate.blocks ? gate.verdict : 'error'];
    const actual = gate.actual === null ? 'no value' : describeActual(gate);
    return `- ${sign} ${codeSpan(describeGate(gate))} is ${actual} (${codeSpan(describeGroup(gate))}): ${escapeMarkdown(gate.message, 300)}`;
  });
  const rest = told.length - items.length;
  return [[...items, ...(rest > 0 ? [`- … and ${count(rest, 'more gate')}`] : [])].join('\n')];
}

/** What a call costs and how long it takes since the baseline, where that is not the same. */
function usageList(summary: RunSummary): string {
  const lines = describeUsageChanges(summary);
  const items = lines
    .slice(0, MOST_COLUMNS)
    .map((line) => `- ${escapeMarkdown(line.text)} (${codeSpan(describeGroup(line))})`);
  const rest = lines.length - items.length;
  const more = rest > 0 ? [`- … and ${count(rest, 'more column')}`] : [];
  return items.length === 0 ? '' : ['**What a call takes**', '', ...items, ...more].join('\n');
}

/** Failures that share a reason, together: by the metric whose mark they miss, and what it says. `areMore`: others were not looked at. */
function reasonList(failing: readonly FailingCase[], areMore: boolean): string {
  const suites = new Map<string, Set<string>>();
  for (const { result } of failing) suites.set(result.case, (suites.get(result.case) ?? new Set()).add(result.suite));
  const metrics = new Map<string, Map<string, string[]>>();
  for (const { result } of failing) {
    // Two suites may each have a case of this id; on two models it is one case
    const name = (suites.get(result.case)?.size ?? 0) > 1 ? nameInRun(result) : result.case;
    for (const { id, reason } of failedScores(result)) {
      const reasons = metrics.get(id) ?? new Map<string, string[]>();
      const known = reasons.get(reason ?? '') ?? [];
      metrics.set(id, reasons.set(reason ?? '', known.includes(name) ? known : [...known, name]));
    }
  }
  const casesOf = (reasons: ReadonlyMap<string, readonly string[]>) => new Set([...reasons.values()].flat()).size;
  const shared = [...metrics]
    .filter(([, reasons]) => casesOf(reasons) > 1)
    .sort(([, one], [, other]) => casesOf(other) - casesOf(one));
  if (shared.length === 0) return '';
  const items = shared.slice(0, MOST_REASONS).map(([id, reasons]) => {
    const often = [...reasons].sort(([, one], [, other]) => other.length - one.length);
    const told = often.slice(0, MOST_WORDINGS).map(([reason, cases]) => {
      const named = cases.slice(0, 3).map((each) => codeSpan(each, 40));
      return `${escapeMarkdown(reason, 120)} (${[...named, ...(cases.length > 3 ? ['…'] : [])].join(', ')})`;
    });
    const rest = often.length - told.length;
    const parts = [...told, ...(rest > 0 ? [`${count(rest, 'other reason')}`] : [])];
    return `- ${areMore ? 'at least ' : ''}${count(casesOf(reasons), 'case')} on ${codeSpan(id, 60)}: ${parts.join('; ')}`;
  });
  return ['**What fails, by metric**', '', ...items].join('\n');
}

function caseList(
  failing: readonly FailingCase[],
  total: number,
  summary: RunSummary,
  room: number,
): readonly string[] {
  if (total === 0) return [];
  const broken = failing.filter(({ baseline }) => baseline.since === 'broken').length;
  const blocks = [broken > 0 ? '**Newly broken first**' : '**Failing cases**'];
  let left = room - 200;
  for (const each of failing.slice(0, MOST_CASES)) {
    const block = caseBlock(each, summary);
    if (block.length + 2 > left) break;
    left -= block.length + 2;
    blocks.push(block);
  }
  const rest = total - (blocks.length - 1);
  return rest > 0
    ? [...blocks, `… and ${count(rest, 'more case')} that ${rest === 1 ? 'fails' : 'fail'}: see the whole report.`]
    : blocks;
}

/** A run that passes has no red list: what fails all the same is there for who asks. */
function foldedCases([title, ...blocks]: readonly string[], total: number): readonly string[] {
  if (title === undefined) return [];
  const head = `${count(total, 'case')} ${total === 1 ? 'fails' : 'fail'}, no more than the gates allow`;
  return [`<details><summary>${head}</summary>`, ...blocks, '</details>'];
}

function caseBlock({ result, failedTrials, trials, baseline }: FailingCase, summary: RunSummary): string {
  const fields = [...describeResult(result), ...describeBeside(baseline, result, unitsOf(summary, result.suite))];
  const facts = [
    describeSince(baseline),
    describeGroup(result),
    trials > 1 ? `${failedTrials} of ${trials} trials fail` : '',
    failedScores(result)
      .map(({ id }) => id)
      .join(', '),
  ].filter(Boolean);
  const head = `<code>${escapeHtml(result.case, 80)}</code> · ${facts.map((fact) => escapeHtml(fact, 120)).join(' · ')}`;
  return `<details><summary>${head}</summary>\n\n${fieldBlock(fields)}\n\n</details>`;
}

function footer({ suites, runId }: RunSummary, link: string | null, failing: readonly FailingCase[]): string {
  const where = link === null ? '' : `[The whole report](${encodeURI(link)}) · `;
  const words = suites.map(({ id }) => (/^[\w./-]+$/.test(id) ? id : null));
  const evaluate = words.includes(null) ? 'npx llmci eval' : `npx llmci eval ${words.join(' ')}`;
  const [first] = failing;
  const show =
    first && /^[\w./-]+$/.test(first.result.case) ? `, then ${codeSpan(`npx llmci show ${first.result.case}`)}` : '';
  return `${where}On your machine: ${codeSpan(evaluate, 300)}${show} <sub>run ${codeSpan(runId)}</sub>`;
}
