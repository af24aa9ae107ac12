import { resolve } from 'node:path';
import { PathError, resolveInside, rootPath } from '../project/files.js';
import { isReporterName } from '../reporters/index.js';
import { notePending, readPending } from '../store/pending-reports.js';
import type { ReportTarget } from './write-reports.js';

/** Where the files of reports are: paths on the command line are relative to `cwd`. */
interface Places {
  readonly root: string;
  readonly cwd: string;
}

/** Notes in the folder of a run which files it has to write before it is finished. */
export function noteTargets(folder: string, targets: readonly ReportTarget[], { root, cwd }: Places): void {
  const files = targets.flatMap(({ name, file }) =>
    file === null ? [] : [{ name, file: rootPath(root, resolve(cwd, file)) }],
  );
  notePending(folder, files);
}

/** The targets, and those that an earlier process of the run has not come to: of these the ones inside the project. */
export async function withPending(
  targets: readonly ReportTarget[],
  folder: string,
  { root, cwd }: Places,
): Promise<readonly ReportTarget[]> {
  const named = new Set(targets.flatMap(({ file }) => (file === null ? [] : [resolve(cwd, file)])));
  const pending = (await readPending(folder)).flatMap(({ name, file }): ReportTarget[] => {
    const path = isInsideProject(root, file) ? resolve(root, file) : null;
    return path === null || named.has(path) || !isReporterName(name) ? [] : [{ name, file: path }];
  });
  return [...targets, ...pending];
}

/** What stands in a file must not lead out of the project: only who names a file on the command line may. */
function isInsideProject(root: string, file: string): boolean {
  try {
    resolveInside(root, '', file);
    return true;
  } catch (error) {
    if (error instanceof PathError) return false;
    throw error;
  }
}
