import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readLedger } from '../../src/core/releases/chain.js';
import { openStateBranch } from '../../src/store/state/state-branch.js';
import { openStateDatabase } from '../../src/store/state/state-database.js';
import { openStateFolder } from '../../src/store/state/state-folder.js';
import type { StateStore } from '../../src/store/state/state-store.js';
import { frozenRelease } from '../helpers/ledger.js';
import { hasPostgres, type Postgres, startPostgres } from '../helpers/postgres.js';

const run = promisify(execFile);
const script = fileURLToPath(new URL('../helpers/append-forever.mjs', import.meta.url));

let folder: string;
let database: Postgres | null = null;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'llmci-kill-'));
  if (hasPostgres) database = await startPostgres();
});
afterAll(async () => {
  await database?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** How often a writer is killed in each home; LLMCI_KILLS asks for more than there is time for in every run. */
const KILLS = Number(process.env['LLMCI_KILLS'] ?? 4);

interface Home {
  readonly name: string;
  /** How long an append takes here at the most, in milliseconds: the kills are spread over it. */
  readonly span: number;
  /** Makes it, and says how the writer is told where it is. */
  readonly make: () => Promise<readonly [home: string, place: string]>;
  /** As one who was not there. */
  readonly open: () => Promise<StateStore>;
}

async function clone(name: string): Promise<string> {
  const path = join(folder, name);
  await run('git', ['init', '--quiet', path]);
  await run('git', ['remote', 'add', 'origin', join(folder, 'remote.git')], { cwd: path });
  return path;
}

let clones = 0;
const homes: readonly Home[] = [
  {
    name: 'a folder',
    span: 20,
    make: async () => ['folder', join(folder, 'releases')],
    open: async () => openStateFolder(join(folder, 'releases'), 'releases'),
  },
  {
    name: 'a branch of git',
    span: 184,
    make: async () => {
      await run('git', ['init', '--quiet', '--bare', join(folder, 'remote.git')]);
      const path = await clone('writer');
      await openStateBranch(path, 'origin', 'llmci-state').putRelease(frozenRelease());
      return ['git', path];
    },
    open: async () => openStateBranch(await clone(`reader-${clones++}`), 'origin', 'llmci-state'),
  },
  ...(hasPostgres
    ? [
        {
          name: 'PostgreSQL',
          span: 20,
          make: async () => ['postgres', database?.url ?? ''] as const,
          open: () => openStateDatabase(database?.url ?? ''),
        },
      ]
    : []),
];

/** The server's side of a push dies with its client here, as it would not elsewhere: a branch that it left locked would stay so. */
function unlockRemote(): Promise<void> {
  return rm(join(folder, 'remote.git/refs/heads/llmci-state.lock'), { force: true });
}

it.each(homes)(
  '$name: a writer that is killed at any moment leaves every line that it told of, and a ledger that holds',
  async ({ span, make, open }) => {
    const place = await make();
    let told = 0;
    for (let kill = 0; kill < KILLS; kill++) {
      const child = spawn(process.execPath, [script, ...place], {
        stdio: ['ignore', 'pipe', 'inherit'],
        detached: true,
      });
      const ended = new Promise((resolve) => child.once('exit', resolve));
      let output = '';
      child.stdout.on('data', (chunk) => {
        output += chunk;
      });
      while (output.split('\n').length < 3 && child.exitCode === null) await sleep(2);
      // At another moment of an append each time, and with all that it has started
      await sleep((span * kill) / KILLS);
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      await ended;
      await unlockRemote();
      told = Math.max(told, ...output.split('\n').map(Number));
      const store = await open();
      const ledger = await store.readLedger('dev');
      await store.close();
      const { lines, fault } = readLedger(ledger?.texts ?? [], ledger?.anchor);
      expect(fault).toBeNull();
      expect(lines.length).toBeGreaterThanOrEqual(told);
    }
    expect(told).toBeGreaterThan(KILLS);
  },
);
