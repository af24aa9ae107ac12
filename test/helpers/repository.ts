import { execFileSync } from 'node:child_process';
import { makeProject, type Project } from './project.js';

/** A project in a git repository of its own. */
export interface Repository extends Project {
  git(...args: readonly string[]): string;
  /** Commits everything; returns the hash. */
  commit(message?: string, author?: string): string;
}

/** Makes a repository whose first commit, on `main`, holds these files. */
export async function makeRepository(files: Readonly<Record<string, string | object>>): Promise<Repository> {
  const project = await makeProject(files);
  const git = (...args: readonly string[]) => {
    const who = ['-c', 'user.name=Ann', '-c', 'user.email=ann@example.com', '-c', 'init.defaultBranch=main'];
    return execFileSync('git', [...who, ...args], { cwd: project.dir, encoding: 'utf8' }).trim();
  };
  const commit = (message = 'change', author = 'Ann <ann@example.com>') => {
    git('add', '-A');
    git('commit', '-qm', message, `--author=${author}`);
    return git('rev-parse', 'HEAD');
  };
  git('init', '-q');
  commit('first');
  return { ...project, git, commit };
}
