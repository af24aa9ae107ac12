import { isUtf8 } from 'node:buffer';
import { z } from 'zod';
import { type Head, NO_HEAD } from '../../core/releases/chain.js';
import { LlmciError } from '../../core/text/errors.js';
import { firstFault } from '../../core/text/explain-issues.js';
import { readJson } from '../../core/text/read-json.js';
import { writeJson } from '../../core/text/write-json.js';
import { instantSchema, sha256Schema } from '../../model/person.js';
import { type Release, releaseSchema } from '../../model/release.js';
import { type LedgerTexts, ledgerTexts, textsIn } from './ledger-texts.js';
import { pathOfPrompt, promptAt } from './prompt-places.js';
import type { ReaderReports } from './reader-reports.js';
import type { StateStore } from './state-store.js';

/** Reads a file by its path, with `/` in it; null when there is none. */
export type ReadFile = (path: string) => Promise<string | null>;

/** Files by their paths, in the order in which they are to be written. */
export type Changes = ReadonlyMap<string, string>;

/** What a home made of files has to do: read them, and change some of them together while nobody else does. */
export interface StateFiles {
  /** How messages call it. */
  readonly name: string;
  readonly read: ReadFile;
  /** Sees to it that what is read from now on is as new as can be. */
  renew?(): Promise<unknown>;
  /** The paths of all files below a folder. */
  list(folder: string): Promise<readonly string[]>;
  /**
   * Writes what `decide` makes of the newest files, whole or not at all. False, and nothing was written, when it decides on
   * nothing (null); it is asked again when others were first. Only what `makes` the home does so where it is not there yet:
   * a name that was misspelt is no new state.
   */
  change(decide: (read: ReadFile) => Promise<Changes | null>, makes: boolean): Promise<boolean>;
  /** Why nothing can be there; null where there is a home. */
  absence(): Promise<string | null>;
  watch(changed: () => void): () => void;
  readonly reports: ReaderReports | null;
}

/** The text of a file. Bytes that are no letters must not read like the one that stands for such bytes. */
export function textOfStateFile(bytes: Buffer): string {
  return bytes.toString(isUtf8(bytes) ? 'utf8' : 'latin1');
}

const LEDGER = '.jsonl';

const headSchema = z.strictObject({ n: z.int().min(1), hash: sha256Schema, at: instantSchema });

/** The store of a home that is made of files. */
export function storeOfFiles(files: StateFiles): StateStore {
  const { name } = files;
  return {
    name,
    absence: () => files.absence(),
    environments: async () => {
      const paths = await files.list('environments');
      const names = paths.filter((path) => path.endsWith(LEDGER)).map((path) => path.split('/').at(-1) ?? '');
      return names.map((each) => each.slice(0, -LEDGER.length)).sort();
    },
    readLedger: async (environment) => {
      await files.renew?.();
      return readLedger(name, environment, files.read);
    },
    append: (environment, head, line) =>
      files.change(async (read) => {
        const ledger = await readLedger(name, environment, read);
        const texts = ledger?.texts ?? [];
        const last = texts.at(-1);
        if (texts.length !== head.n || (last !== undefined && !last.endsWith(`"hash":"${head.hash}"}`))) return null;
        return new Map([
          [ledgerPath(environment), `${ledger?.whole ?? ''}${line}\n`],
          // Where the ledger has reached: if it is ever shorter, lines were taken away
          [headPath(environment), textOfHead(headIn(line))],
        ]);
      }, false),
    releases: async () => releasesIn(await files.list('prompts')),
    readRelease: async (prompt, number) => {
      const text = await files.read(releasePath(prompt, number));
      return text === null ? null : parseRelease(text, name, prompt, number);
    },
    releaseText: async (prompt, number) => (await files.read(releasePath(prompt, number)))?.replace(/\n$/, '') ?? null,
    putRelease: (release) =>
      files.change(async (read) => {
        const path = releasePath(release.prompt, release.number);
        return (await read(path)) === null ? new Map([[path, `${writeJson(release)}\n`]]) : null;
      }, true),
    watch: (changed) => files.watch(changed),
    reports: files.reports,
    gateways: null,
    close: async () => {
      // Nothing is held open
    },
  };
}

/** The ledger of an environment; null when it has none. Throws `broken-ledger`. */
async function readLedger(store: string, environment: string, read: ReadFile): Promise<LedgerTexts | null> {
  const broken = (line: number, why: string) =>
    new LlmciError('broken-ledger', { store, environment, line: String(line), why });
  // The head first: the ledger may only have grown since
  const anchor = readHead(await read(headPath(environment)), environment, broken);
  const text = await read(ledgerPath(environment));
  if (text === null) {
    if (anchor.n > 0) throw broken(1, `its file is gone, and it had ${anchor.n} lines`);
    return null;
  }
  if (text === '') throw broken(1, 'its file is empty, which llmci never leaves it');
  if (!text.endsWith('\n')) throw broken(textsIn(text).length + 1, 'it is cut short: no line break ends it');
  const ledger = ledgerTexts(text, anchor);
  // Who is killed behind the first line has not written the file yet
  if (anchor.n === 0 && ledger.texts.length > 1)
    throw broken(ledger.texts.length, headless(`the file ${environment}.head`));
  return ledger;
}

/** The numbers of the releases that are in files, by their prompts; both in order. */
function releasesIn(paths: readonly string[]): Map<string, number[]> {
  const found = new Map<string, number[]>();
  // Some thousand files are in some hundred folders
  const prompts = new Map<string, string | null>();
  for (const path of paths) {
    const [, folder = '', digits] = /^prompts\/(.+)\/([1-9]\d*)\.json$/.exec(path) ?? [];
    if (digits === undefined) continue;
    const prompt = prompts.get(folder) ?? promptAt(folder);
    prompts.set(folder, prompt);
    if (prompt === null) continue;
    const numbers = found.get(prompt);
    if (numbers) numbers.push(Number(digits));
    else found.set(prompt, [Number(digits)]);
  }
  for (const numbers of found.values()) numbers.sort((one, other) => one - other);
  return new Map([...found].sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** A release that a store has kept. Throws `broken-release`. */
export function parseRelease(text: string, store: string, prompt: string, number: number): Release {
  const broken = (why: string) => new LlmciError('broken-release', { store, release: `${prompt}@${number}`, why });
  let data: unknown;
  try {
    data = readJson(text);
  } catch (error) {
    throw broken((error as Error).message);
  }
  const parsed = releaseSchema.safeParse(data);
  if (!parsed.success) throw broken(firstFault(parsed.error, releaseSchema, data));
  if (parsed.data.prompt !== prompt || parsed.data.number !== number)
    throw broken(`its file holds ${parsed.data.prompt}@${parsed.data.number}`);
  return parsed.data;
}

/** Why a ledger whose head is gone is not believed. */
export function headless(head: string): string {
  return `${head}, which says where the ledger ends, is gone: it may have been cut short`;
}

/** The head that a line makes. */
export function headIn(line: string): z.infer<typeof headSchema> {
  const { n, hash, at } = JSON.parse(line) as Readonly<Record<string, unknown>>;
  return headSchema.parse({ n, hash, at });
}

function textOfHead(head: z.infer<typeof headSchema>): string {
  return `${writeJson(head)}\n`;
}

function readHead(text: string | null, environment: string, broken: (line: number, why: string) => LlmciError): Head {
  if (text === null) return NO_HEAD;
  try {
    const head = headSchema.parse(JSON.parse(text));
    if (textOfHead(head) === text) return head;
    throw new Error('it is written otherwise');
  } catch {
    throw broken(1, `the file ${environment}.head, which says where the ledger ends, cannot be read`);
  }
}

function ledgerPath(environment: string): string {
  return `environments/${environment}${LEDGER}`;
}

/** Where the ledger has reached. */
export function headPath(environment: string): string {
  return `environments/${environment}.head`;
}

function releasePath(prompt: string, number: number): string {
  return `prompts/${pathOfPrompt(prompt)}/${number}.json`;
}
