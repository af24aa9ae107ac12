import { existsSync, lstatSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse } from 'yaml';
import { LlmciError } from '../../core/text/errors.js';
import { EXIT } from '../../core/text/exit-code.js';
import { printable } from '../../core/text/printable.js';
import { redactKeyPatterns } from '../../core/text/redact.js';
import { printableJson } from '../../core/text/write-json.js';
import type { Imported, ImportedFile, Importer, ImportFinding, SourceFiles } from '../../importers/importer.js';
import { importers } from '../../importers/index.js';
import { blocks, type SourcePlace } from '../../model/problem.js';
import { findRoot, readTextIfThere } from '../../project/source/files.js';
import { writeAtomic } from '../../store/files/atomic.js';
import { pathFrom, requireInside } from '../../store/files/places.js';
import type { Terminal } from '../terminal.js';
import { checkFiles } from './check-files.js';
import { describeImport } from './describe-import.js';
import { settleErrors } from './settle-errors.js';
import { listFiles, readableAround, sourceFiles } from './source-files.js';
import { withoutSecrets } from './without-secrets.js';

/** The flags of import as commander parses them. */
export interface ImportFlags {
  readonly into?: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** The import command. Returns the exit code: 2 when nothing was written that should have been. */
export async function importFromCli(
  format: string,
  path: string,
  flags: ImportFlags,
  terminal: Terminal,
): Promise<number> {
  const importer = importers.find((each) => each.format === format);
  if (!importer) throw new Error(`no importer for ${format}`);
  const cwd = terminal.cwd();
  const root = flags.into === undefined ? findRoot(cwd) : resolve(cwd, flags.into);
  const read = await readSources(importer, resolve(cwd, path), cwd);
  const { files, report } = await settleErrors(withoutSecrets(read.imported, read.texts), root);
  const kept = await withoutConfigThatFits(files, root);
  const problems = kept.length > 0 ? await checkFiles(kept, root) : [];
  const existing = kept.filter((file) => isThere(requireInside(root, file.path))).map((file) => file.path);
  const errors = problems.filter(blocks);
  const writes = !flags.dryRun && kept.length > 0 && existing.length === 0 && errors.length === 0;
  if (writes) for (const file of kept) await writeAtomic(() => requireInside(root, file.path), file.text);
  const outcome = { root, written: writes, files: kept, report, problems, existing };
  terminal.stdout.write(
    flags.json
      ? `${printableJson({ ...outcome, files: kept.map((file) => file.path) }, 2)}\n`
      : printable(redactKeyPatterns(describeImport(outcome, flags.dryRun ?? false, terminal.stdout.columns))),
  );
  return kept.length === 0 || existing.length > 0 || errors.length > 0 ? EXIT.usage : EXIT.pass;
}

/** What an importer makes of a file, or of all of its format in a folder. Places are named by their path from `cwd`. */
async function readSources(
  importer: Importer,
  path: string,
  cwd: string,
): Promise<{ readonly imported: Imported; readonly texts: ReadonlyMap<string, string> }> {
  if (!existsSync(path))
    throw new LlmciError('bad-flag', { flag: 'path', why: `there is no ${path}`, command: 'import' });
  const isFolder = statSync(path).isDirectory();
  const folder = isFolder ? path : readableAround(path, cwd);
  const sources = isFolder ? (await listFiles(path)).filter(importer.isSource) : [pathFrom(folder, path)];
  if (sources.length === 0) {
    const why = `no file in ${path} looks like one of ${importer.format}; name the file`;
    throw new LlmciError('bad-flag', { flag: 'path', why, command: 'import' });
  }
  const texts = new Map<string, string>();
  const reader = keepingTexts(sourceFiles(folder), texts);
  const files: ImportedFile[] = [];
  const report: ImportFinding[] = [];
  for (const source of sources) {
    const read = await reader.read(source);
    if ('why' in read) throw new LlmciError('bad-flag', { flag: 'path', why: read.why, command: 'import' });
    const imported = await importer.read({ path: source, text: read.text }, reader);
    const toHere = (place: SourcePlace) => ({ ...place, file: fromHere(folder, place.file, cwd) });
    files.push(
      ...imported.files.map(({ places, ...file }) => ({
        ...file,
        places: new Map([...(places ?? [])].map(([key, place]) => [key, toHere(place)])),
      })),
    );
    report.push(...imported.report.map((finding) => ({ ...finding, place: toHere(finding.place) })));
  }
  return {
    imported: { files, report },
    texts: new Map([...texts].map(([file, text]) => [fromHere(folder, file, cwd), text])),
  };
}

/** A reader of files that keeps what it has read, for what is looked for in all of it. */
function keepingTexts(reader: SourceFiles, texts: Map<string, string>): SourceFiles {
  return {
    ...reader,
    read: async (path) => {
      const read = await reader.read(path);
      if ('text' in read) texts.set(path, read.text);
      return read;
    },
  };
}

function fromHere(folder: string, path: string, cwd: string): string {
  return pathFrom(cwd, resolve(folder, path));
}

/** The files without an llmci.yaml that says nothing new beside the one that is there. */
async function withoutConfigThatFits(files: readonly ImportedFile[], root: string): Promise<readonly ImportedFile[]> {
  const there = await readTextIfThere(root, 'llmci.yaml');
  if (there === null) return files;
  return files.filter(({ path, text }) => path !== 'llmci.yaml' || !covers(there, text));
}

/** Whether a configuration has every provider of another, and a judge where the other has one. */
function covers(there: string, wanted: string): boolean {
  try {
    const [own, other] = [parse(there), parse(wanted)] as { providers?: object; judge?: unknown }[];
    const names = Object.keys(other?.providers ?? {});
    return (
      names.every((name) => Object.hasOwn(own?.providers ?? {}, name)) &&
      (other?.judge === undefined || own?.judge !== undefined)
    );
  } catch {
    return false;
  }
}

function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}
