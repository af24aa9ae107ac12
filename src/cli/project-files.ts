import { resolve } from 'node:path';
import { LlmciError } from '../core/text/errors.js';
import type { Project } from '../project/load.js';
import { baselinePath } from '../project/suites/baselines.js';
import { isSameFile, type ReportPlace } from './report-file.js';

type ProjectFiles = Pick<Project, 'root' | 'prompts' | 'suites' | 'modules'> & {
  /** The file that its configuration was read from, from its root. */
  readonly configFile: string;
};

/** Throws `bad-flag` where a report would take the place of a file that the project is made of. */
export function requireNoProjectFile(project: ProjectFiles, { find, isFile }: ReportPlace, flag: string): void {
  if (!isFile) return;
  const place = find();
  const taken = filesOf(project).find((path) => isSameFile(resolve(project.root, path), place));
  if (taken === undefined) return;
  throw new LlmciError('bad-flag', { flag, why: `${taken} is a file of the project; name another`, command: 'eval' });
}

function filesOf({ configFile, prompts, suites, modules }: ProjectFiles): readonly string[] {
  return [
    'llmci.yaml',
    configFile,
    ...[...prompts.values()].flatMap(({ files, thresholds }) => [...files, thresholds?.source.file ?? []].flat()),
    ...[...suites.values()].flatMap(({ path, dataset, cassette }) =>
      [path, baselinePath(path), dataset ?? [], cassette ?? []].flat(),
    ),
    ...modules.keys(),
  ];
}
