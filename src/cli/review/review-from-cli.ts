import { resolve } from 'node:path';
import { realWorld } from '../../calls/world.js';
import { LlmciError } from '../../core/text/errors.js';
import { EXIT } from '../../core/text/exit-code.js';
import { printableLine } from '../../core/text/printable.js';
import { printableJson } from '../../core/text/write-json.js';
import type { Review } from '../../model/review.js';
import { loadConfigOf } from '../../project/load.js';
import { findRoot } from '../../project/source/files.js';
import type { Rest } from '../../publish/code-host.js';
import { reportReview } from '../../reporters/diff/review-console.js';
import { diffStates } from '../../review/diff-states.js';
import { findJudgingRun, type JudgingRun } from '../../review/judging-run.js';
import { lintChange } from '../../review/lint-change.js';
import { projectAt, WORKING_TREE } from '../../review/project-state.js';
import { reviewChange } from '../../review/review-change.js';
import { signedItems } from '../../review/signed-items.js';
import { pathInRepository } from '../../store/files/places.js';
import { findBase } from '../../store/git/base-ref.js';
import { openOut } from '../../store/git/out-folder.js';
import { wholeName } from '../../store/runs/runs.js';
import { pricesOf } from '../diff/prices.js';
import { streamSink } from '../report-file.js';
import { restOf } from '../rest-of.js';
import type { Terminal } from '../terminal.js';

/** The flags of review as commander parses them. */
export interface ReviewFlags {
  readonly base?: string;
  readonly run?: string;
  readonly requireSignoff?: boolean;
  readonly post?: boolean;
  readonly json?: boolean;
  readonly markdown?: boolean;
  readonly out: string;
  readonly cwd?: string;
}

/** The review command. Returns the exit code. */
export async function reviewFromCli(flags: ReviewFlags, terminal: Terminal): Promise<number> {
  const { env } = terminal;
  const cwd = resolve(flags.cwd ?? terminal.cwd());
  const root = findRoot(cwd);
  // A policy that cannot be read asks for nothing
  await loadConfigOf({ cwd, env });
  const base = await findBase(root, env, flags.base ?? null);
  if (base === null) {
    const why = 'no CI tells which branch the change goes into: name it, like --base main';
    throw new LlmciError('bad-flag', { flag: '--base', why, command: 'review' });
  }
  const from = { ...(await projectAt(root, base.commit)), name: base.name };
  const to = await projectAt(root, WORKING_TREE);
  const diff = await diffStates(root, from, to, await pricesOf({ cwd, env }));
  const items = signedItems(diff, from, to);
  if (flags.requireSignoff) requirePolicy(from.rules.signoff, to.rules.signoff);
  const rest = restOf(env);
  const name = flags.run === undefined ? null : wholeName(cwd, flags.run);
  const run = await findJudgingRun(await openOut(root, flags.out), diff, name);
  const lint = await lintChange(root, base.commit, from, realWorld(env));
  const review = await reviewChange({ root, base: base.commit, from, diff, items }, lint, run, env, rest);

  const sink = streamSink(terminal);
  if (flags.json) await sink.write(`${printableJson(review, 2)}\n`);
  else if (flags.markdown) {
    const { reviewMarkdown } = await import('../../reporters/diff/review-markdown.js');
    await sink.write(`${reviewMarkdown(review)}\n`);
  } else await reportReview(review, sink);
  if (flags.post) await post(review, run, { root, rest, terminal });
  if (diff.broken.some(({ side }) => side === 'to')) return EXIT.usage;
  return flags.requireSignoff && !review.signOff.complete ? EXIT.fail : EXIT.pass;
}

/** Without a policy every change would have the sign-offs that it needs. Throws `bad-flag`. */
function requirePolicy(...policies: readonly Readonly<Record<string, number>>[]): void {
  if (policies.some((policy) => Object.values(policy).some((needed) => needed > 0))) return;
  const why = 'llmci.yaml asks for no sign-off: write `review: { signoff: { high: 2, medium: 1 } }` in it';
  throw new LlmciError('bad-flag', { flag: '--require-signoff', why, command: 'review' });
}

interface PostPlace {
  readonly root: string;
  readonly rest: Rest;
  readonly terminal: Terminal;
}

async function post(review: Review, run: JudgingRun | null, { root, rest, terminal }: PostPlace): Promise<void> {
  const { postReview } = await import('../../review/post-review.js');
  const said = await postReview(review, run?.run ?? null, pathInRepository(root), { env: terminal.env, rest });
  terminal.stderr.write(`${printableLine(said, 500)}\n`);
}
