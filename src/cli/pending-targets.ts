import { resolve } from 'node:path';
import { resolveInside } from '../project/source/files.js';
import { isReporterName } from '../reporters/index.js';
import { pathFrom } from '../store/files/places.js';
import { PathError } from '../store/files/read-file.js';
import { notePending, readPending } from '../store/runs/pending-reports.js';
import { reportPlace } from './report-file.js';
import type { ReportTarget } from './write-reports.js';

/** Where paths that were kept begin. */
interface Places {
  readonly root: string;
}

/** Notes in the folder of a run which files it has to write before it is finished. */
export function noteTargets(folder: string, targets: readonly ReportTarget[], { root }: Places): void {
  const files = targets.flatMap(({ name, file }) =>
    file === null ? [] : [{ name, file: pathFrom(root, file.find()) }],
  );
  notePending(folder, files);
}

/**
 * The targets, and those that an earlier process of the run has not come to: of these the ones inside the project. `say` is
 * told of the others.
 */
export async function withPending(
  targets: readonly ReportTarget[],
  folder: string,
  { root }: Places,
  say: (line: string) => void,
): Promise<readonly ReportTarget[]> {
  const named = new Set(targets.flatMap(({ file }) => (file === null ? [] : [file.find()])));
  const pending = (await readPending(folder)).flatMap(({ name, file }): ReportTarget[] => {
    if (!isReporterName(name) || named.has(resolve(root, file))) return [];
    if (!isInsideProject(root, file)) {
      say(`${name}=${file} is outside of the project, and was not written: name it again with --reporter`);
      return [];
    }
    const place = reportPlace(root, file);
    return named.has(place.find()) ? [] : [{ name, file: place }];
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
