import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { RunSummary } from '../model/run-record.js';

const run = promisify(execFile);

/** The commit, branch and state of the repository around a folder; null outside of one. */
export async function readGit(folder: string): Promise<RunSummary['git']> {
  const git = async (...args: string[]) => (await run('git', args, { cwd: folder, timeout: 5000 })).stdout.trim();
  try {
    const [commit, branch, status] = await Promise.all([
      git('rev-parse', 'HEAD'),
      git('rev-parse', '--abbrev-ref', 'HEAD'),
      git('status', '--porcelain', '--untracked-files=no'),
    ]);
    return { commit, branch: branch === 'HEAD' ? null : branch, dirty: status !== '' };
  } catch {
    return null; // no git, no repository or no commit yet: the record says that there is none
  }
}
