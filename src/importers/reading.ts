import type { SourcePlace } from '../model/problem.js';
import { folderOf, joinPath } from './draft/names.js';
import type { Findings } from './import-findings.js';
import type { SourceFiles } from './importer.js';
import { isUnreadable, type Located, parseLocated } from './located.js';

/** What every part of an import has at hand: where it reports, and what files it may read. */
export interface Reading {
  readonly findings: Findings;
  readonly files: SourceFiles;
}

/** A file that another names. */
export interface NamedFile {
  readonly path: string;
  readonly text: string;
}

/** The path of a file that another file names, from the folder that may be read. */
export function pathNamed(from: string, written: string): string | null {
  const path = written.replace(/^file:\/\//, '');
  return path.startsWith('/') ? null : joinPath(folderOf(from), path);
}

/** The text of a file that another names; null, with a finding, when it cannot be read. */
export async function readNamed(
  { findings, files }: Reading,
  what: string,
  written: string,
  place: SourcePlace,
): Promise<NamedFile | null> {
  const path = pathNamed(place.file, written);
  if (path === null) {
    findings.refuse(what, place, `${written} is outside of the repository, and is not read`);
    return null;
  }
  const read = await files.read(path);
  if ('text' in read) return { path, text: read.text };
  findings.refuse(what, place, read.why);
  return null;
}

/** The same of a file in YAML or JSON. */
export async function readNamedData(
  reading: Reading,
  what: string,
  written: string,
  place: SourcePlace,
): Promise<Located | null> {
  const file = await readNamed(reading, what, written, place);
  if (file === null) return null;
  const data = parseLocated(file.path, file.text);
  if (!isUnreadable(data)) return data;
  reading.findings.refuse(what, data.place, data.why);
  return null;
}
