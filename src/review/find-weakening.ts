import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type JudgingState, weakeningsOf } from '../core/prompts/weakening.js';
import { parseCassette } from '../core/requests/cassette-text.js';
import { digest } from '../core/text/canonical.js';
import { LlmciError } from '../core/text/errors.js';
import { printableLine } from '../core/text/printable.js';
import type { RulesState } from '../model/suite-state.js';
import type { Protection } from '../model/weakening.js';
import { readTextIfThere } from '../project/files.js';
import { findBase } from '../store/base-ref.js';
import { exportTree } from '../store/git-tree.js';
import { repositoryAround } from '../store/places.js';
import { PathError } from '../store/read-file.js';
import { readState } from './project-state.js';

type Environment = Readonly<Record<string, string | undefined>>;

const NO_BASE = 'nothing says what the change is compared with: this is no pull request; name it with --base';

/**
 * What the change that is checked out does to what judges it, against its base: `given`, or what the CI system names. Null
 * when there is no base. A base that cannot be read is told, and nothing is known then.
 */
export async function findWeakening(
  root: string,
  env: Environment,
  given: string | null,
  enforced: boolean,
): Promise<Protection | null> {
  if (!enforced && given === null && repositoryAround(root) === null) return null;
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'llmci-base-')));
  try {
    const base = await findBase(root, env, given);
    if (base === null && !enforced) return null;
    if (base === null) return { base: null, why: NO_BASE, weakened: [], enforced };
    await exportTree(root, base.commit, folder);
    const weakened = weakeningsOf(...(await readBoth(folder, root)));
    return {
      base: { ...base },
      weakened: weakened.map((each) => ({ ...each, text: printableLine(each.text, 300) })),
      enforced,
    };
  } catch (error) {
    if (!(error instanceof LlmciError)) throw error;
    return { base: null, why: printableLine(error.message, 300), weakened: [], enforced };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
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
