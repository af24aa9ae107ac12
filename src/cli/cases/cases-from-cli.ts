import { lstatSync, statSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import type { CallSource } from '../../cases/call-source.js';
import { fieldNames, readCondition, readerOfField } from '../../cases/conditions.js';
import { type Documents, documentsOf } from '../../cases/documents.js';
import { callSources } from '../../cases/index.js';
import { type MadeCases, makeCases } from '../../cases/make-cases.js';
import { NearTexts } from '../../cases/near-texts.js';
import { secretsOfEnvironment } from '../../core/text/environment-secrets.js';
import { LlmciError } from '../../core/text/errors.js';
import { EXIT } from '../../core/text/exit-code.js';
import { count } from '../../core/text/format.js';
import { printable, printableLine } from '../../core/text/printable.js';
import { type Redact, redactSecrets } from '../../core/text/redact.js';
import { didYouMean } from '../../core/text/suggest.js';
import { createEmbedder } from '../../embedders/index.js';
import { secretsNamedIn } from '../../project/config/named-secrets.js';
import { findRoot, readTextIfThere } from '../../project/source/files.js';
import { parseYaml } from '../../project/source/yaml-source.js';
import { writeAtomic } from '../../store/files/atomic.js';
import { pathFrom, requireInside } from '../../store/files/places.js';
import { PathError, readFileText, readOrNull } from '../../store/files/read-file.js';
import type { Terminal } from '../terminal.js';

/** The flags of cases as commander parses them. */
export interface CasesFlags {
  readonly to: string;
  readonly where?: readonly string[];
  readonly limit: number;
  readonly stratify?: string;
  readonly cwd?: string;
}

/** All files together; more than that is not looked through by a person either. */
const MOST_BYTES = 400 << 20;

/** The cases command. Returns the exit code: 3 when no call makes a case. */
export async function casesFromCli(name: string, path: string, flags: CasesFlags, terminal: Terminal): Promise<number> {
  const cwd = resolve(flags.cwd ?? terminal.cwd());
  const source = callSources.find((each) => each.name === name);
  if (!source) throw new Error(`no source ${name}`);
  const conditions = (flags.where ?? ['all']).map(readCondition);
  const stratify = flags.stratify === undefined ? null : stratumOf(flags.stratify);
  const root = findRoot(cwd);
  const to = placeFor(root, resolve(cwd, flags.to));
  const { documents, faults } = await readDocuments(source, resolve(cwd, path));
  const { calls, unread } = source.read(documents);
  const embedder = await createEmbedder({ kind: 'local' }, { root, service: () => refuseService() });
  const redact = await redactorOf(root, terminal.env);
  const near = new NearTexts((texts) => embedder.embed(texts));
  try {
    const made = await makeCases(calls, source.name, { conditions, limit: flags.limit, stratify }, near);
    const shown = relative(cwd, to) || to;
    if (made.rows.length > 0)
      await writeAtomic(() => placeFor(root, to), made.rows.map(({ line }) => `${redact(line)}\n`).join(''));
    terminal.stdout.write(printable(describe(made, shown, flags)));
    for (const note of notes(calls.length, made, unread, near.byLetters))
      terminal.stderr.write(`${printableLine(note, 400)}\n`);
    for (const fault of faults.slice(0, 5)) terminal.stderr.write(`${printableLine(fault, 400)}\n`);
    if (faults.length > 5) terminal.stderr.write(`and ${count(faults.length - 5, 'more line')} like these\n`);
    return made.rows.length > 0 ? EXIT.pass : EXIT.error;
  } finally {
    await embedder.close();
  }
}

/** Takes the keys out that llmci.yaml names, and those of the environment: they may have no known form. */
async function redactorOf(root: string, env: Terminal['env']): Promise<Redact> {
  const text = await readOrNull(readTextIfThere(root, 'llmci.yaml'));
  const written = text === null ? null : parseYaml('llmci.yaml', text).data;
  return redactSecrets([...secretsOfEnvironment(env), ...secretsNamedIn(written, root, env)]);
}

function refuseService(): never {
  throw new Error('the local engine asks no service');
}

function refuse(flag: string, why: string): LlmciError {
  return new LlmciError('bad-flag', { flag, why, command: 'cases' });
}

function stratumOf(name: string) {
  const field = readerOfField(name);
  if (field === null)
    throw refuse(
      '--stratify',
      `there is no field ${name}${didYouMean(name, fieldNames)}: there are ${fieldNames.join(', ')}`,
    );
  return field;
}

/** Where the rows go: to a new file of the project, which no spreadsheet opens and runs what clients have written. */
function placeFor(root: string, to: string): string {
  if (!/\.(?:jsonl|ndjson)$/i.test(to)) throw refuse('--to', 'name a file that ends in .jsonl');
  const place = requireInside(root, pathFrom(root, to));
  if (lstatSync(place, { throwIfNoEntry: false }) !== undefined)
    throw refuse(
      '--to',
      `${pathFrom(root, to)} is there already, and cases are never added by themselves: name a new file`,
    );
  return place;
}

async function readDocuments(source: CallSource, path: string) {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined) throw refuse('path', `there is no ${path}`);
  const files = stats.isDirectory()
    ? (await readdir(path))
        .filter(source.isFile)
        .sort()
        .map((name) => join(path, name))
    : [path];
  if (files.length === 0) throw refuse('path', `no file in ${path} looks like one of ${source.name}; name the file`);
  const read: Documents[] = [];
  let bytes = 0;
  for (const file of files) {
    bytes += statSync(file, { throwIfNoEntry: false })?.size ?? 0;
    if (bytes > MOST_BYTES) throw refuse('path', `these are more than ${MOST_BYTES >> 20} MiB: name a part of them`);
    try {
      read.push(documentsOf(file, await readFileText(() => file, file)));
    } catch (error) {
      if (!(error instanceof PathError)) throw error;
      throw refuse('path', error.message);
    }
  }
  return { documents: read.flatMap(({ found }) => found), faults: read.flatMap(({ faults }) => faults) };
}

function describe({ rows, strata }: MadeCases, to: string, { where, stratify }: CasesFlags): string {
  if (rows.length === 0)
    return `No case was made, and nothing written${where ? ` (--where ${where.join(' --where ')})` : ''}.\n`;
  const each = [...strata].map(([name, many]) => `${name} ${many}`).join(', ');
  return `${count(rows.length, 'case')} in ${to}${stratify === undefined ? '' : ` (${stratify}: ${each})`}
They are in no suite yet: look at them, say what you expect of the answers, and name the file under \`dataset\`. A case that
passes at its first run does not show what it was taken for; \`llmci eval\` tells which do.\n`;
}

function notes(
  calls: number,
  { rows, matched, near, unusable }: MadeCases,
  unread: ReadonlyMap<string, number>,
  byLetters: string | null,
): readonly string[] {
  const others = [...unusable, ...unread].map(([why, many]) => `${many} left out, each ${why}`);
  return [
    `${count(calls, 'call')} read, ${matched} as asked for, ${near} near an earlier one, ${rows.length} taken`,
    ...others,
    ...(byLetters === null ? [] : [`compared by their letters only: ${byLetters}`]),
  ];
}
