import { resolve } from 'node:path';
import { realWorld } from '../../calls/world.js';
import { LlmciError } from '../../core/text/errors.js';
import { EXIT } from '../../core/text/exit-code.js';
import { didYouMean } from '../../core/text/suggest.js';
import { printableJson } from '../../core/text/write-json.js';
import type { Case } from '../../model/case.js';
import { type ConfigPlace, loadProject } from '../../project/load.js';
import { findRoot } from '../../project/source/files.js';
import { reportDiff } from '../../reporters/diff/diff-console.js';
import { diffStates } from '../../review/diff-states.js';
import { INDEX, type ProjectState, projectAt, WORKING_TREE } from '../../review/project-state.js';
import { releasedState } from '../../review/released-state.js';
import { resolveCommit } from '../../store/git/git-tree.js';
import { reportPlace, reportToFile, streamSink } from '../report-file.js';
import type { Terminal } from '../terminal.js';
import { pricesOf } from './prices.js';

/** The flags of diff as commander parses them. */
export interface DiffFlags {
  readonly case?: string;
  readonly json?: boolean;
  readonly markdown?: boolean;
  readonly html?: string;
  readonly cwd?: string;
}

/** The diff command: reads both states, compares, shows. Returns the exit code. */
export async function diffFromCli(what: readonly string[], flags: DiffFlags, terminal: Terminal): Promise<number> {
  const { env } = terminal;
  const cwd = resolve(flags.cwd ?? terminal.cwd());
  const root = findRoot(cwd);
  const { from, to, prompts } = await readArguments(root, what, env);
  const only = prompts.map((name) => findPrompt(name, [to, from]));
  const shown = flags.case === undefined ? null : await findCase({ cwd, env }, flags.case);
  const diff = await diffStates(root, from, to, await pricesOf({ cwd, env }), { only, shown });
  if (flags.html !== undefined) {
    const { writeDiffPage } = await import('../../reporters/diff/diff-html.js');
    await reportToFile(reportPlace(cwd, flags.html), terminal, (sink) => writeDiffPage(diff, sink));
  }
  const sink = streamSink(terminal);
  if (flags.json) await sink.write(`${printableJson(diff, 2)}\n`);
  else if (flags.markdown) {
    const { diffMarkdown } = await import('../../reporters/diff/diff-markdown.js');
    await sink.write(`${diffMarkdown(diff)}\n`);
  } else await reportDiff(diff, sink);
  return EXIT.pass;
}

interface Arguments {
  readonly from: ProjectState;
  readonly to: ProjectState;
  readonly prompts: readonly string[];
}

/** States come first; what is none is a prompt, and so is all after it. */
async function readArguments(root: string, what: readonly string[], env: Terminal['env']): Promise<Arguments> {
  const states: ProjectState[] = [];
  for (const name of what.slice(0, 2)) {
    const state = await findState(root, name, env);
    if (state === null) break;
    states.push(state);
  }
  const [from, to] = states;
  return {
    from: from ?? (await projectAt(root, 'HEAD')),
    to: to ?? (await projectAt(root, WORKING_TREE)),
    prompts: what.slice(states.length),
  };
}

/** What a name means: an environment or a release goes before a branch or a tag that is called the same. */
async function findState(root: string, name: string, env: Terminal['env']): Promise<ProjectState | null> {
  if (name === INDEX || name === WORKING_TREE) return projectAt(root, name);
  const released = await releasedState(root, name, realWorld(env));
  if (released) return released;
  try {
    await resolveCommit(root, name);
  } catch (error) {
    if (!(error instanceof LlmciError)) throw error;
    return null;
  }
  return projectAt(root, name);
}

/** The id of a prompt that is named by it or by its file, in either state. Throws `bad-flag`. */
function findPrompt(name: string, states: readonly ProjectState[]): string {
  for (const { prompts, broken } of states) {
    if (prompts.has(name) || broken.has(name)) return name;
    const found = [...prompts.values()].find(({ prompt }) => prompt.path === name.replace(/^\.\//, ''));
    if (found) return found.prompt.id;
  }
  const known = states.flatMap(({ prompts }) => [...prompts.keys()]);
  const why = `there is neither a commit nor a prompt of this name${didYouMean(name, known)}`;
  throw new LlmciError('bad-flag', { flag: name, why, command: 'diff' });
}

/** The first case of that id, whichever suite has it. Throws `bad-flag`, `invalid-files`. */
async function findCase(place: ConfigPlace, id: string): Promise<Case> {
  const { suites, threads } = await loadProject(place);
  try {
    for (const { cases } of suites.values()) for (const testCase of cases) if (testCase.id === id) return testCase;
  } finally {
    await threads.close();
  }
  throw new LlmciError('bad-flag', { flag: '--case', why: `no suite has a case ${id}`, command: 'diff' });
}
