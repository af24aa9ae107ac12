import { randomUUID } from 'node:crypto';
import { watch as watchFolder } from 'node:fs';
import { link, readdir, readFile, rm } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { type Head, NO_HEAD } from '../core/releases/chain.js';
import { LlmciError } from '../core/text/errors.js';
import { readJson } from '../core/text/read-json.js';
import { writeJson } from '../core/text/write-json.js';
import { sha256Schema } from '../model/person.js';
import { type Release, releaseSchema } from '../model/release.js';
import { cannotWrite, makeFolder, writeAtomic } from './atomic.js';
import { ownPlace } from './places.js';
import { pathOfPrompt, promptAt } from './prompt-places.js';
import { lockRun } from './run-lock.js';
import type { LedgerTexts, StateStore } from './state-store.js';

const LEDGER = '.jsonl';
/** How long others may have the ledger, and how often it is looked at again. */
const PATIENCE_MS = 20_000;
const LOOK_MS = 15;
/** Where the system tells nothing of changes. */
const WATCH_MS = 250;

const headSchema = z.strictObject({ n: z.int().min(1), hash: sha256Schema, at: z.iso.datetime() });

/** Releases and ledgers in a folder, which may be committed. `name` is how messages call it. */
export function openStateFolder(folder: string, name: string): StateStore {
  return new StateFolder(folder, name);
}

class StateFolder implements StateStore {
  readonly name: string;
  private readonly folder: string;

  constructor(folder: string, name: string) {
    this.folder = folder;
    this.name = name;
  }

  async environments(): Promise<readonly string[]> {
    const names = await namesIn(ownPlace(this.folder, 'environments'));
    return names
      .filter((each) => each.endsWith(LEDGER))
      .map((each) => each.slice(0, -LEDGER.length))
      .sort();
  }

  async readLedger(environment: string): Promise<LedgerTexts | null> {
    // The head first: the ledger may only have grown since
    const anchor = await this.readAnchor(environment);
    const text = await readIfThere(this.ledgerPlace(environment));
    const broken = (line: number, why: string) =>
      new LlmciError('broken-ledger', { store: this.name, environment, line: String(line), why });
    if (text === null) {
      if (anchor.n > 0) throw broken(1, `its file is gone, and it had ${anchor.n} lines`);
      return null;
    }
    if (text === '') throw broken(1, 'its file is empty, which llmci never leaves it');
    const texts = text.split('\n');
    if (texts.pop() !== '') throw broken(texts.length + 1, 'it is cut short: no line break ends it');
    return { texts, anchor };
  }

  async append(environment: string, head: Head, line: string): Promise<boolean> {
    const lock = await this.lock();
    try {
      const ledger = await this.readLedger(environment);
      const last = ledger?.texts.at(-1) ?? null;
      if ((ledger?.texts.length ?? 0) !== head.n || (last !== null && !last.endsWith(`"hash":"${head.hash}"}`)))
        return false;
      const text = [...(ledger?.texts ?? []), line, ''].join('\n');
      await writeAtomic(() => this.ledgerPlace(environment), text);
      const { n, hash, at } = headSchema.parse(headIn(line));
      // Where the ledger has reached: if it is ever shorter, lines were taken away
      await writeAtomic(() => this.anchorPlace(environment), `${writeJson({ n, hash, at })}\n`);
      return true;
    } finally {
      await lock.release();
    }
  }

  async releases(): Promise<ReadonlyMap<string, readonly number[]>> {
    const root = ownPlace(this.folder, 'prompts');
    const found = new Map<string, number[]>();
    for (const path of await namesIn(root, true)) {
      const steps = path.split(sep);
      const number = Number(/^([1-9]\d*)\.json$/.exec(steps.at(-1) ?? '')?.[1] ?? 0);
      const prompt = promptAt(steps.slice(0, -1).join('/'));
      if (number === 0 || prompt === null) continue;
      found.set(prompt, [...(found.get(prompt) ?? []), number]);
    }
    for (const numbers of found.values()) numbers.sort((one, other) => one - other);
    return new Map([...found].sort(([one], [other]) => (one < other ? -1 : 1)));
  }

  async readRelease(prompt: string, number: number): Promise<Release | null> {
    const place = this.releasePlace(prompt, number);
    const text = await readIfThere(place);
    if (text === null) return null;
    const broken = (why: string) =>
      new LlmciError('broken-release', { store: this.name, release: `${prompt}@${number}`, why });
    let data: unknown;
    try {
      data = readJson(text);
    } catch (error) {
      throw broken((error as Error).message);
    }
    const parsed = releaseSchema.safeParse(data);
    if (!parsed.success) throw broken(`${parsed.error.issues[0]?.path.join('.')}: ${parsed.error.issues[0]?.message}`);
    if (parsed.data.prompt !== prompt || parsed.data.number !== number)
      throw broken(`its file holds ${parsed.data.prompt}@${parsed.data.number}`);
    return parsed.data;
  }

  async putRelease(release: Release): Promise<boolean> {
    const place = this.releasePlace(release.prompt, release.number);
    const temporary = `${place}.${randomUUID().slice(0, 8)}.tmp`;
    try {
      await makeFolder(dirname(place));
      await writeAtomic(temporary, `${writeJson(release)}\n`);
      // A link takes no place that is taken, which a rename would
      await link(temporary, place);
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
      throw error instanceof LlmciError ? error : cannotWrite(relative('.', place), error);
    } finally {
      await rm(temporary, { force: true }).catch(() => undefined);
    }
  }

  watch(changed: () => void): () => void {
    const watched = watchEvents(join(this.folder, 'environments'), changed);
    let before = '';
    const look = setInterval(async () => {
      const now = await this.heads();
      if (before !== '' && now !== before) changed();
      before = now;
    }, WATCH_MS).unref();
    return () => {
      clearInterval(look);
      watched();
    };
  }

  async close(): Promise<void> {
    // Nothing is held open
  }

  /** What every ledger ends with, as one text. */
  private async heads(): Promise<string> {
    const heads = ['heads'];
    for (const environment of await this.environments().catch(() => [])) {
      heads.push(`${environment} ${await readIfThere(this.anchorPlace(environment)).catch(() => '')}`);
    }
    return heads.join('\n');
  }

  private async lock(): Promise<{ release(): Promise<void> }> {
    const folder = ownPlace(this.folder, '.lock');
    // What a process that was killed leaves there is nothing to be committed
    await writeAtomic(() => ownPlace(folder, '.gitignore'), '*\n');
    for (let waited = 0; ; waited += LOOK_MS) {
      const lock = await lockRun(folder);
      if ('release' in lock) return lock;
      if (waited > PATIENCE_MS) {
        const who = `process ${lock.pid} on ${lock.host}`;
        throw new LlmciError('state-busy', { store: this.name, who, lock: `${this.name}/.lock` });
      }
      // Two that look at the same moments would stand in each other's way for ever
      await sleep(LOOK_MS * (0.5 + Math.random()));
    }
  }

  private async readAnchor(environment: string): Promise<Head> {
    const text = await readIfThere(this.anchorPlace(environment));
    if (text === null) return NO_HEAD;
    try {
      return headSchema.parse(JSON.parse(text));
    } catch {
      const why = `the file ${environment}.head, which says where the ledger ends, cannot be read`;
      throw new LlmciError('broken-ledger', { store: this.name, environment, line: '1', why });
    }
  }

  private ledgerPlace(environment: string): string {
    return ownPlace(this.folder, 'environments', `${environment}${LEDGER}`);
  }

  private anchorPlace(environment: string): string {
    return ownPlace(this.folder, 'environments', `${environment}.head`);
  }

  private releasePlace(prompt: string, number: number): string {
    return ownPlace(this.folder, 'prompts', ...pathOfPrompt(prompt).split('/'), `${number}.json`);
  }
}

function headIn(line: string): unknown {
  const { n, hash, at } = JSON.parse(line) as Readonly<Record<string, unknown>>;
  return { n, hash, at };
}

async function readIfThere(place: string): Promise<string | null> {
  try {
    return await readFile(place, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

async function namesIn(folder: string, recursive = false): Promise<readonly string[]> {
  try {
    return await readdir(folder, { recursive });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** Events of the system, where it has any and the folder is there. */
function watchEvents(folder: string, changed: () => void): () => void {
  try {
    const watcher = watchFolder(folder, { persistent: false }, changed);
    watcher.on('error', () => undefined);
    return () => watcher.close();
  } catch {
    return () => undefined;
  }
}
