import { z } from 'zod';
import { printableLine } from '../core/text/printable.js';
import type { Json } from '../model/json.js';
import type { Output } from '../model/output.js';
import type { CaseFault, ScoredCase, ScoreInput } from './contract.js';
import { acceptedTexts } from './expected.js';
import { quoted, type ScoreResult } from './score-result.js';
import type { JudgeQuestion, ScoreTools } from './score-tools.js';

/** What the judged metrics have in common. */

const MOST_VOTES = 25;

/** The parameter of metrics that may ask several times. */
export const votesParam = z
  .int()
  .min(1)
  .max(MOST_VOTES)
  .default(1)
  .describe('Ask so many times and take the majority. Each vote is a call.');

/** The parameter that says which variable of the case is the question. */
export const questionParam = z
  .string()
  .min(1)
  .optional()
  .describe('The variable of the case that holds the question; by default it is the last message of the user.');

/** The parameter that says which variable of the case is the context. */
export const contextParam = z
  .string()
  .min(1)
  .default('context')
  .describe('The variable of the case that holds the context: a text, or a list whose items are its parts.');

/** A judge's reason: asked for before the verdict, so that the verdict follows from it. */
export const reasonField = z.string();

type Asked = Pick<ScoreInput<unknown>, 'case' | 'messages'>;

/** What the model was asked: the named variable, or the last message of the user; null when there is none. */
export function questionOf({ case: { vars }, messages }: Asked, variable: string | undefined): string | null {
  if (variable === undefined) return messages.findLast(({ role }) => role === 'user')?.content ?? null;
  const value = vars[variable];
  return value === undefined ? null : textOf(value);
}

/** What the model answered, its tool calls included: an output that only calls a tool is no empty one. */
export function outputShown({ text, toolCalls }: Pick<Output, 'text' | 'toolCalls'>): string {
  const calls = toolCalls.map((call) => `[calls the tool ${call.name} with ${JSON.stringify(call.arguments)}]`);
  return [...(text === '' && calls.length > 0 ? [] : [text]), ...calls].join('\n');
}

/** The parts of the context that a variable of the case holds; null when it has none. */
export function contextOf({ case: { vars } }: Pick<Asked, 'case'>, variable: string): readonly string[] | null {
  const value = vars[variable];
  if (value === undefined || value === null) return null;
  const parts = Array.isArray(value) ? (value as readonly Json[]).map(textOf) : [textOf(value)];
  return parts.length === 0 ? null : parts;
}

/** Why the variable of a case that has it holds no context; null when it holds one. */
export function faultOfContext(testCase: ScoredCase, variable: string): CaseFault | null {
  if (contextOf({ case: testCase }, variable) !== null) return null;
  return { path: ['vars', variable], message: `variable ${variable} holds no context` };
}

/** The accepted answers of the case as evidence; null when it has none. */
export function expectedOf({ case: { expected } }: Pick<Asked, 'case'>): string | readonly string[] | null {
  const texts = acceptedTexts(expected);
  return texts.length === 0 ? null : texts.length === 1 ? (texts[0] ?? null) : texts;
}

function textOf(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Asks the same question once a vote. Rejects when one of the votes cannot be had. */
export function askVotes<T>(
  tools: ScoreTools,
  votes: number,
  question: Omit<JudgeQuestion<T>, 'turn'>,
): Promise<readonly T[]> {
  return Promise.all(Array.from({ length: votes }, (_, index) => tools.ask({ ...question, turn: index + 1 })));
}

/** A vote with its value in [0, 1]. */
export interface Vote {
  readonly verdict: string | number;
  readonly value: number;
  readonly reason: string;
}

/**
 * The vote that stands for all: one of the verdict that most of them share. Of several such verdicts it is the lowest in
 * value, so that a tie never makes a sample pass; on a scale it is the median of all votes (the lower of two).
 */
export function majorityOf(votes: readonly Vote[], tie: 'lowest' | 'median'): Vote {
  const ordered = [...votes].sort((a, b) => a.value - b.value);
  const counts = new Map<Vote['verdict'], number>();
  for (const { verdict } of ordered) counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
  const most = Math.max(...counts.values());
  const winners = ordered.filter(({ verdict }) => counts.get(verdict) === most);
  const tied = new Set(winners.map(({ verdict }) => verdict)).size > 1;
  const chosen = tied && tie === 'median' ? ordered[Math.ceil(ordered.length / 2) - 1] : winners[0];
  if (!chosen) throw new RangeError('no vote to choose from');
  return votes.find(({ verdict }) => verdict === chosen.verdict) ?? chosen;
}

/** The verdict, how many votes it has when there are several, and the judge's reason: one line, safe to print. */
export function explainVote(chosen: Vote, votes: readonly Vote[]): string {
  const same = votes.filter(({ verdict }) => verdict === chosen.verdict).length;
  const of = votes.length === 1 ? '' : ` (${same} of ${votes.length} votes)`;
  return withReason(`${printableLine(String(chosen.verdict), 60)}${of}`, chosen.reason);
}

/** What was found, and the judge's reason for it on the same line. */
export function withReason(found: string, reason: string): string {
  const shown = printableLine(reason, 500);
  return shown === '' ? found : `${found}: ${shown}`;
}

/** Something that a judge found in a text, and whether it is as it should be. */
interface Finding {
  readonly text: string;
  readonly reason: string;
  readonly met: boolean;
}

/** The share of the findings that are met, of at least one; the reason names the first that are not. */
export function shareOf(
  findings: readonly Finding[],
  words: { readonly met: string; readonly unmet: string },
): ScoreResult {
  const missed = findings.filter(({ met }) => !met);
  const share = `${findings.length - missed.length} of ${findings.length} ${words.met}`;
  const shown = missed.slice(0, 3).map(({ text, reason }) => withReason(quoted([text]), printableLine(reason, 120)));
  const more = missed.length > 3 ? `; and ${missed.length - 3} more` : '';
  return {
    value: (findings.length - missed.length) / findings.length,
    reason: missed.length === 0 ? share : `${share}; ${words.unmet}: ${shown.join('; ')}${more}`,
    detail: { found: findings.length, met: findings.length - missed.length },
  };
}
