import { execFileSync } from 'node:child_process';
import { makeProject, type Project } from './project.js';

/** A project in a git repository of its own. */
export interface Repository extends Project {
  git(...args: readonly string[]): string;
  /** Commits everything; returns the hash. */
  commit(message?: string, author?: string): string;
}

/** Git as Ann, which does not look after each commit whether there is something to tidy up. */
const ANN = { 'user.name': 'Ann', 'user.email': 'ann@example.com', 'init.defaultBranch': 'main', 'gc.auto': '0' };
const ANNS = Object.entries(ANN).flatMap(([name, value]) => ['-c', `${name}=${value}`]);

// One process for all three: each that starts here copies the tables of all the memory that the tests have
const COMMIT = `git="git ${ANNS.join(' ')}"; $git add -A && $git commit -qm "$1" --author="$2" && git rev-parse HEAD`;

/** Makes a repository whose first commit, on `main`, holds these files. */
export async function makeRepository(files: Readonly<Record<string, string | object>>): Promise<Repository> {
  const project = await makeProject(files);
  const run = (program: string, args: readonly string[]) =>
    execFileSync(program, args, { cwd: project.dir, encoding: 'utf8' }).trim();
  const git = (...args: readonly string[]) => run('git', [...ANNS, ...args]);
  const commit = (message = 'change', author = 'Ann <ann@example.com>') =>
    run('sh', ['-c', COMMIT, 'sh', message, author]);
  git('init', '-q');
  commit('first');
  return { ...project, git, commit };
}
