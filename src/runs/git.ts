import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { RunSummary } from '../model/run-record.js';

const run = promisify(execFile);

/** The commit, branch and state of the repository around a folder; null outside of one. */
export async function readGit(folder: string): Promise<RunSummary['git']> {
  try {
    const args = ['status', '--porcelain=v2', '--branch', '--untracked-files=no'];
    const { stdout } = await run('git', args, { cwd: folder, timeout: 5000 });
    const lines = stdout.split('\n');
    const header = (name: string) =>
      lines.find((line) => line.startsWith(`# ${name} `))?.slice(name.length + 3) ?? null;
    const commit = header('branch.oid');
    const branch = header('branch.head');
    if (commit === null || commit === '(initial)') return null;
    const dirty = lines.some((line) => line !== '' && !line.startsWith('#'));
    return { commit, branch: branch === '(detached)' ? null : branch, dirty };
  } catch {
    return null; // no git or no repository: the record says that there is none
  }
}
