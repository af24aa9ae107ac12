import { execFile, spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach } from 'vitest';

const run = promisify(execFile);
const DEBIAN = '/usr/lib/postgresql';

/** The programs of PostgreSQL, as Debian installs them; null where they are not. */
function findPrograms(): string | null {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort((one, other) => Number(other) - Number(one)) : [];
  return versions.map((version) => join(DEBIAN, version, 'bin')).find((bin) => existsSync(join(bin, 'initdb'))) ?? null;
}

const programs = findPrograms();

/** Whether the tests of PostgreSQL can run; with LLMCI_POSTGRES=required, as in CI, it is an error when not. */
export const hasPostgres = programs !== null;
if (!hasPostgres && process.env['LLMCI_POSTGRES'] === 'required')
  throw new Error(`there is no PostgreSQL in ${DEBIAN}, so its tests would be skipped`);

/** A PostgreSQL of its own that listens on a socket in a folder only. */
export interface Postgres {
  readonly url: string;
  /** Runs statements as whoever has the database may. */
  run(sql: string): Promise<unknown>;
  /** Empties it. */
  clear(): Promise<void>;
  /** Takes it away, with all connections. */
  halt(): Promise<void>;
  /** Brings it back as it was. */
  resume(): Promise<void>;
  stop(): Promise<void>;
}

/** The database of the tests of a file: it is started before them, there before each, and empty before each that asks where it is. */
export interface TestDatabase {
  /** '' where there is no PostgreSQL. */
  readonly url: string;
  readonly run: Postgres['run'];
  readonly halt: Postgres['halt'];
  readonly resume: Postgres['resume'];
}

/** To be called once at the top of a file. */
export function useDatabase(): TestDatabase {
  let started: Postgres | null = null;
  let isUsed = false;
  let isHalted = false;
  const resume = async () => {
    if (isHalted) await started?.resume();
    isHalted = false;
  };
  const start = async () => {
    if (hasPostgres) started = await startPostgres();
  };
  const stop = async () => {
    await started?.stop();
    started = null;
  };
  beforeAll(start);
  beforeEach(async () => {
    await resume();
    if (isUsed) await started?.clear();
    isUsed = false;
  });
  afterAll(stop);
  return {
    get url() {
      isUsed = true;
      return started?.url ?? '';
    },
    run: async (sql) => started?.run(sql),
    halt: async () => {
      await started?.halt();
      isHalted = true;
    },
    resume,
  };
}

export async function startPostgres(): Promise<Postgres> {
  if (programs === null) throw new Error('there is no PostgreSQL');
  const folder = await mkdtemp(join(tmpdir(), 'llmci-pg-'));
  // It refuses to run as root
  const user = await userToBe();
  if (user) await chown(folder, user.uid, user.gid);
  const data = join(folder, 'data');
  await run(join(programs, 'initdb'), ['-D', data, '-U', 'llmci', '-A', 'trust', '--no-sync', '-E', 'UTF8'], {
    ...user,
  });
  const psql = (sql: string) =>
    run(join(programs, 'psql'), ['-h', folder, '-U', 'llmci', '-d', 'postgres', '-qc', sql]);
  let server = await startServer(programs, folder, user, psql);
  return {
    url: `postgres://llmci@/postgres?host=${encodeURIComponent(folder)}`,
    run: psql,
    clear: async () => {
      await psql(
        'drop table if exists llmci_lines, llmci_heads, llmci_releases, llmci_readers, llmci_tallies, llmci_claims, llmci_call_keys',
      );
    },
    halt: () => server.end(),
    resume: async () => {
      server = await startServer(programs, folder, user, psql);
    },
    stop: async () => {
      await server.end();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function startServer(
  bin: string,
  folder: string,
  user: Awaited<ReturnType<typeof userToBe>>,
  psql: (sql: string) => Promise<unknown>,
) {
  const server = spawn(
    join(bin, 'postgres'),
    ['-D', join(folder, 'data'), '-k', folder, '-c', 'listen_addresses=', '-c', 'fsync=off'],
    { stdio: 'ignore', ...user },
  );
  const ended = new Promise((resolve) => server.once('exit', resolve));
  for (let tries = 0; ; tries++) {
    const isReady = await psql('select 1').then(
      () => true,
      () => false,
    );
    if (isReady) break;
    if (tries > 200) throw new Error('PostgreSQL does not start');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return {
    end: async () => {
      server.kill('SIGINT');
      await ended;
    },
  };
}

async function userToBe(): Promise<{ readonly uid: number; readonly gid: number } | null> {
  if (process.getuid?.() !== 0) return null;
  const id = async (flag: string) => Number((await run('id', [flag, 'postgres'])).stdout);
  return { uid: await id('-u'), gid: await id('-g') };
}
