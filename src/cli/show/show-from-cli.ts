import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { type CaseFile, openCaseFiles } from '../../core/compare/case-file.js';
import { casesNamed, explainNoCase } from '../../core/scores/case-names.js';
import { LlmciError } from '../../core/text/errors.js';
import { EXIT } from '../../core/text/exit-code.js';
import { printableJson } from '../../core/text/write-json.js';
import type { RunReader } from '../../model/run-record.js';
import { findRoot } from '../../project/source/files.js';
import { reportCases } from '../../reporters/show-console.js';
import { openOut } from '../../store/git/out-folder.js';
import { listRuns } from '../../store/runs/run-list.js';
import { readRun, wholeName } from '../../store/runs/runs.js';
import { streamSink } from '../report-file.js';
import type { Terminal } from '../terminal.js';

export interface ShowCaseFlags {
  readonly json?: boolean;
  readonly out: string;
  readonly cwd?: string;
}

/** The show command. Returns the exit code. Throws `unknown-run`, `unreadable-run`, `no-runs`, `unknown-case`. */
export async function showFromCli(names: readonly string[], flags: ShowCaseFlags, terminal: Terminal): Promise<number> {
  const cwd = resolve(flags.cwd ?? terminal.cwd());
  const out = await openOut(findRoot(cwd), flags.out);
  const { run, cases } = await readNames(names, out, cwd);
  const ids = await idsOf(run, cases);
  const earlier = async (runId: string) => {
    const [kept] = await listRuns(out, runId);
    return kept?.summary ? (await readRun(out, runId)).results() : null;
  };
  const files = await openCaseFiles(run.summary, run.results(), ids, earlier);
  const sink = streamSink(terminal);
  if (flags.json) await sink.write(`${printableJson(toJson(run, files), 2)}\n`);
  else await reportCases(run.summary, files, sink);
  return EXIT.pass;
}

function toJson({ summary }: RunReader, cases: readonly CaseFile[]): object {
  return { runId: summary.runId, cases };
}

/** The first name is a run where it is one and others follow. */
async function readNames(names: readonly string[], out: string, cwd: string) {
  const [first = '', ...rest] = names;
  const isRun = first === 'latest' || /^\d{8}-\d{6}-\w+$/.test(first) || existsSync(resolve(cwd, first));
  if (rest.length > 0 && isRun) return { run: await readRun(out, wholeName(cwd, first)), cases: rest };
  return { run: await readRun(out, 'latest'), cases: names };
}

/** The ids that the names stand for. */
async function idsOf(run: RunReader, names: readonly string[]): Promise<ReadonlySet<string>> {
  const all = new Set<string>();
  for await (const result of run.results()) all.add(result.case);
  const chosen = new Set<string>();
  for (const name of names) {
    const found = casesNamed(all, name);
    if (found.length === 0)
      throw new LlmciError('unknown-case', { why: explainNoCase(all, name), run: run.summary.runId });
    for (const id of found) chosen.add(id);
  }
  return chosen;
}
