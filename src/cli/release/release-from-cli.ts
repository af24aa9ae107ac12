import { resolve } from 'node:path';
import { statementOf } from '../../core/releases/attest.js';
import { nameOfRelease } from '../../core/releases/decision.js';
import { formatAge } from '../../core/text/age.js';
import { EXIT } from '../../core/text/exit-code.js';
import { count } from '../../core/text/format.js';
import { printable } from '../../core/text/printable.js';
import { printableJson } from '../../core/text/write-json.js';
import type { AnswerDays, Evidence } from '../../model/evidence.js';
import { findCodeHost } from '../../publish/find-code-host.js';
import { findEvidence, newerOf } from '../../release/find-evidence.js';
import { type Frozen, freezePrompts } from '../../release/freeze.js';
import { whoWorks } from '../../release/who.js';
import { wrapLines } from '../../reporters/layout/layout.js';
import { openOut } from '../../store/git/out-folder.js';
import { withDelivery } from '../open-delivery.js';
import { reportPlace, reportToFile } from '../report-file.js';
import type { Terminal } from '../terminal.js';

/** The flags of release as commander parses them. */
export interface ReleaseFlags {
  readonly note?: string;
  readonly tag?: boolean;
  readonly attest?: string;
  readonly dryRun?: boolean;
  readonly out: string;
  readonly cwd?: string;
  readonly json?: boolean;
}

/** The release command. Returns the exit code. */
export async function releaseFromCli(
  prompts: readonly string[],
  flags: ReleaseFlags,
  terminal: Terminal,
): Promise<number> {
  return withDelivery(flags.cwd, terminal, async (delivery) => {
    const absent = flags.dryRun ? null : await delivery.store.absence();
    const out = await openOut(delivery.root, flags.out);
    const frozen = await freezePrompts(delivery, {
      prompts,
      out,
      by: await whoWorks(delivery.root, terminal.env),
      note: flags.note ?? null,
      tag: flags.tag ?? false,
      dryRun: flags.dryRun ?? false,
    });
    if (absent !== null && frozen.length > 0)
      terminal.stderr.write(printable(`note: ${delivery.store.name} is new: releases and ledgers are kept there\n`));
    const unknown = frozen.filter(({ hasWriters }) => !hasWriters).map(({ release }) => nameOfRelease(release));
    if (unknown.length > 0)
      terminal.stderr.write(
        printable(
          `note: who wrote ${unknown.join(', ')} cannot be told, and so may approve it: this clone lacks the history (in CI: fetch-depth: 0)\n`,
        ),
      );
    const now = delivery.date().getTime();
    const { columns } = terminal.stdout;
    const text = flags.json ? toJson(frozen) : wrapLines(describe(frozen, flags.dryRun ?? false, now), columns);
    terminal.stdout.write(printable(`${text}\n`));
    if (flags.attest !== undefined && !flags.dryRun) await attest(frozen, flags, flags.attest, out, terminal);
    return EXIT.pass;
  });
}

/** Writes a statement for each release that a run has judged, and tells of the others. */
async function attest(
  frozen: readonly Frozen[],
  { cwd }: ReleaseFlags,
  path: string,
  out: string,
  terminal: Terminal,
): Promise<void> {
  const url = findCodeHost(terminal.env)?.runUrl ?? null;
  // As for a promotion: a release may have been judged again since it was made
  const newest = await findEvidence(out, new Map(frozen.map(({ release: { prompt, digest } }) => [prompt, digest])));
  const place = reportPlace(resolve(cwd ?? terminal.cwd()), path);
  await reportToFile(place, terminal, async (sink) => {
    for (const { release } of frozen) {
      const evidence = newerOf(release.evidence, newest.get(release.prompt) ?? null);
      const statement = statementOf({ ...release, evidence }, url);
      if (statement) await sink.write(`${printableJson(statement)}\n`);
      else terminal.stderr.write(printable(`no statement of ${nameOfRelease(release)}: no run has judged it\n`));
    }
  });
}

function toJson(frozen: readonly Frozen[]): string {
  return printableJson(
    frozen.map(({ release, isNew }) => ({ isNew, release })),
    2,
  );
}

function describe(frozen: readonly Frozen[], isDry: boolean, now: number): string {
  if (frozen.length === 0) return 'There are no prompts.';
  const made = frozen.filter(({ isNew }) => isNew);
  const lines = made.map(({ release }) => {
    const dirty = release.dirty ? '; frozen from files that were not committed' : '';
    return `${isDry ? 'would release' : 'released'} ${nameOfRelease(release)}  ${release.digest.slice(0, 12)}  ${describeEvidence(release.evidence, now)}${dirty}`;
  });
  if (made.length === 0) lines.push('Nothing has changed since the last releases.');
  return lines.join('\n');
}

/** What a run said, in a few words. */
export function describeEvidence(evidence: Evidence | null, now: number): string {
  if (evidence === null) return 'no run has judged it';
  const { verdict, run, finishedAt, filtered, dirty } = evidence;
  const age = `${formatAge(now - Date.parse(finishedAt))} ago`;
  return `${verdict} in run ${run}, ${age}${filtered ? ', some cases only' : ''}${dirty ? ', of files that were not committed' : ''}${describeEarlier(evidence, now)}`;
}

const DAY_MS = 86_400_000;

/** How many answers were replayed or lay in the cache, and how old they are. */
function describeEarlier({ answers: { replay, cache }, recordings, cached }: Evidence, now: number): string {
  const replayed =
    replay === 0 ? '' : `, ${count(replay, 'answer')} replayed (${describeDays(replay, recordings, now)})`;
  const kept = cache === 0 ? '' : `, ${count(cache, 'answer')} from the cache (${describeDays(cache, cached, now)})`;
  return `${replayed}${kept}`;
}

function describeDays(answers: number, days: AnswerDays | undefined, now: number): string {
  const { oldest = null, undated = answers } = days ?? {};
  const age = oldest === null ? 0 : Math.floor(Math.max(0, now - Date.parse(oldest)) / DAY_MS);
  const known = oldest === null ? [] : [age === 0 ? 'the oldest of today' : `the oldest ${age}d old`];
  const unknown = undated === 0 ? [] : [`${undated === answers ? '' : `${undated} `}of unknown age`];
  return [...known, ...unknown].join(', ');
}
