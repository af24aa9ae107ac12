import { type JudgingState, weakeningsOf } from '../core/prompts/weakening.js';
import { parseCassette } from '../core/requests/cassette-text.js';
import { digest } from '../core/text/canonical.js';
import type { RulesState } from '../model/suite-state.js';
import type { Weakening } from '../model/weakening.js';
import { readTextIfThere } from '../project/files.js';
import { PathError } from '../store/read-file.js';
import { readState } from './project-state.js';

/** What judges a change and is weaker now than before, in two folders. */
export async function weakenedSince(before: string, now: string): Promise<readonly Weakening[]> {
  return weakeningsOf(...(await readBoth(before, now)));
}

async function readBoth(before: string, now: string): Promise<[JudgingState, JudgingState]> {
  const [was, is] = [await readState(before), await readState(now)];
  const [answers, others] = await readAnswers(was.rules, before, now);
  return [
    { prompts: was.prompts, rules: was.rules, answers },
    { prompts: is.prompts, rules: is.rules, answers: others },
  ];
}

type Answers = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** The answers of those cassettes that are not the same text on both sides. */
async function readAnswers({ suites }: RulesState, before: string, now: string): Promise<[Answers, Answers]> {
  const [was, is] = [new Map<string, ReadonlyMap<string, string>>(), new Map<string, ReadonlyMap<string, string>>()];
  for (const path of new Set(suites.flatMap(({ cassette }) => cassette ?? []))) {
    const [one, other] = [await textOrNull(before, path), await textOrNull(now, path)];
    if (one === null || other === null || one === other) continue;
    was.set(path, answersIn(path, one));
    is.set(path, answersIn(path, other));
  }
  return [was, is];
}

function answersIn(path: string, text: string): ReadonlyMap<string, string> {
  return new Map(parseCassette(path, text).entries.map(([{ key, answer }]) => [key, digest(answer)]));
}

async function textOrNull(root: string, path: string): Promise<string | null> {
  try {
    return await readTextIfThere(root, path);
  } catch (error) {
    if (!(error instanceof PathError)) throw error;
    return null;
  }
}
