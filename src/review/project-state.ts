import { blocks, type Problem } from '../model/problem.js';
import type { PromptState } from '../model/prompt-change.js';
import type { RulesState } from '../model/suite-state.js';
import { loadPrompts } from '../project/prompts/load-prompts.js';
import { promptStateOf } from '../project/prompts/prompt-state.js';
import { inTemporaryFolder } from '../store/files/temporary-folder.js';
import { exportProject, resolveCommit } from '../store/git/git-tree.js';
import { readRules } from './read-rules.js';

/** A state of a project: its prompts as far as they can be read, and the rules that judge them. */
export interface ProjectState {
  /** As people call it: a ref, `index`, `working tree`. */
  readonly name: string;
  readonly commit: string | null;
  /** What the state knows: all of the project, or of releases only what is asked, of one or of all that are live. */
  readonly holds: 'all' | 'one release' | 'releases';
  readonly prompts: ReadonlyMap<string, PromptState>;
  /** What is wrong in files that could not be read, and the ids of their prompts. */
  readonly problems: readonly Problem[];
  readonly broken: ReadonlySet<string>;
  readonly rules: RulesState;
}

/** The names of states that are no commit. */
export const INDEX = 'index';
export const WORKING_TREE = 'working-tree';

/**
 * The prompts of a project in a state: `index`, `working-tree`, or a commit by any name that git knows. A state of git is
 * written to a folder of its own for as long as it is read. Throws `unknown-commit`.
 */
export async function projectAt(root: string, state: string, config?: string): Promise<ProjectState> {
  if (state === WORKING_TREE)
    return { name: 'the working tree', commit: null, holds: 'all', ...(await readProjectState(root, config)) };
  const commit = state === INDEX ? null : await resolveCommit(root, state);
  return inTemporaryFolder('state', async (folder) => {
    const exported = await exportProject(root, commit ?? INDEX, folder, config);
    const read = await readProjectState(exported.root, exported.config);
    return { name: state === INDEX ? 'the index' : state, commit, holds: 'all', ...read };
  });
}

/** The prompts and rules of the project in a folder; `config` is what is read in place of llmci.yaml. */
export async function readProjectState(
  root: string,
  config?: string,
): Promise<Omit<ProjectState, 'name' | 'commit' | 'holds'>> {
  const { value, problems } = await loadPrompts(root);
  const { prompts, broken } = value;
  const states = new Map([...prompts].map(([id, loaded]) => [id, promptStateOf(loaded)]));
  return {
    prompts: states,
    problems: problems.filter(blocks),
    broken,
    rules: await readRules(root, states, config),
  };
}
