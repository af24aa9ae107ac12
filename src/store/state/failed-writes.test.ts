import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, it, onTestFinished } from 'vitest';
import { Story } from '../../../test/helpers/ledger.js';
import { hasPostgres, useDatabase } from '../../../test/helpers/postgres.js';
import { NO_HEAD } from '../../core/releases/chain.js';
import { openStateBranch } from './state-branch.js';
import { openStateDatabase } from './state-database.js';

// What is told when a line cannot be written, or when the store has it and its answer is lost.

const run = promisify(execFile);
const database = useDatabase();
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'llmci-lost-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const { texts } = new Story().promote(1);
const [first = ''] = texts;

/** A branch whose remote does something behind a push, and is killed then. */
async function openBranch(then: string) {
  const remote = join(folder, 'remote.git');
  await run('git', ['init', '--quiet', '--bare', remote]);
  const clone = join(folder, 'clone');
  await run('git', ['init', '--quiet', clone]);
  const git = (...args: readonly string[]) =>
    run('git', ['-c', 'user.name=E', '-c', 'user.email=e@x', ...args], { cwd: clone });
  await git('remote', 'add', 'origin', remote);
  await git('commit', '--quiet', '--allow-empty', '--message', 'x');
  await git('push', '--quiet', 'origin', 'HEAD:llmci-state');
  await writeFile(join(remote, 'hooks', 'post-receive'), `#!/bin/sh\n${then}\nkill -9 $PPID\n`, { mode: 0o755 });
  return { remote, store: openStateBranch(clone, 'origin', 'llmci-state') };
}

it('a repository that takes no commit changes nothing, and the message tells why', async () => {
  const { store } = await openBranch('');
  await rm(join(folder, 'clone/.git/objects/pack'), { recursive: true, force: true });
  // As on a disk that is full or may only be read
  await writeFile(join(folder, 'clone/.git/objects/pack'), '');
  await expect(store.append('dev', NO_HEAD, first)).rejects.toMatchObject({
    code: 'state-unreachable',
    message: expect.stringMatching(/git here makes no commit for it: fatal: .*Not a directory/),
  });
  expect(await store.readLedger('dev')).toBeNull();
});

it('locks that a killed git has left on its own notes of the branch are in the way of nothing', async () => {
  const { remote, store } = await openBranch('exit 0');
  const clone = join(folder, 'clone');
  for (const ref of ['remotes/origin/llmci-state', 'llmci/origin/llmci-state']) {
    await mkdir(join(clone, '.git/refs', ref, '..'), { recursive: true });
    await writeFile(join(clone, '.git/refs', `${ref}.lock`), '');
  }
  await writeFile(join(clone, '.git/packed-refs.lock'), '');
  expect(await store.append('dev', NO_HEAD, first)).toBe(true);
  // Another clone has written: it has to be fetched
  const other = join(folder, 'other');
  await run('git', ['clone', '--quiet', '--branch', 'llmci-state', remote, other]);
  const who = ['-c', 'user.name=E', '-c', 'user.email=e@x'];
  await run('git', [...who, 'commit', '--quiet', '--allow-empty', '--message', 'y'], { cwd: other });
  await run('git', ['push', '--quiet', 'origin', 'HEAD'], { cwd: other });
  expect((await openStateBranch(clone, 'origin', 'llmci-state').readLedger('dev'))?.texts).toEqual(texts);
});

it('a remote that the repository has not got is told with what to do', async () => {
  await run('git', ['init', '--quiet', folder]);
  await expect(openStateBranch(folder, 'origin', 'llmci-state').readLedger('dev')).rejects.toMatchObject({
    code: 'state-unreachable',
    message: expect.stringContaining(
      'no remote of that name: add it (git remote add origin ADDRESS), or keep the state in',
    ),
  });
});

it('a remote whose address cannot be read is told without its token', async () => {
  const { store } = await openBranch('');
  await run('git', ['remote', 'set-url', 'origin', 'https://ada:tok/en@127.0.0.1:1/x.git'], {
    cwd: join(folder, 'clone'),
  });
  const { message } = (await store.readLedger('dev').catch((error: Error) => error)) as Error;
  expect(message).toMatch(/cannot be used: .*127\.0\.0\.1:1\/x\.git/);
  expect(message).not.toMatch(/tok|en@/);
});

it('a push whose answer is lost is done where the remote has it', async () => {
  const { remote, store } = await openBranch('');
  expect(await store.append('dev', NO_HEAD, first)).toBe(true);
  const { stdout } = await run('git', ['show', 'llmci-state:environments/dev.jsonl'], { cwd: remote });
  expect(stdout).toBe(`${first}\n`);
});

it('a push whose answer is lost with its remote may have been done, and the message says so', async () => {
  const { remote, store } = await openBranch(`mv "${join(folder, 'remote.git')}" "${join(folder, 'away.git')}"`);
  await expect(store.append('dev', NO_HEAD, first)).rejects.toMatchObject({ code: 'state-unsure', exitCode: 3 });
  await run('mv', [join(folder, 'away.git'), remote]);
  expect((await store.readLedger('dev'))?.texts).toEqual(texts);
});

it.runIf(hasPostgres)('a commit whose answer is lost may have been done, and the message says so', async () => {
  const socket = new URL(database.url.replace('@/', '@x/')).searchParams.get('host') ?? '';
  // It hands on all that is said, and hangs up where the end of a transaction is answered
  let ended = false;
  const proxy = createServer((client) => {
    const server = connect(join(socket, '.s.PGSQL.5432'));
    for (const each of [client, server]) each.on('error', () => undefined);
    client.on('data', (bytes) => {
      ended ||= bytes.subarray(5).equals(Buffer.from('commit\0'));
      server.write(bytes);
    });
    server.on('data', (bytes) => void (ended ? client.destroy() : client.write(bytes)));
    client.on('close', () => server.destroy());
  });
  await new Promise<void>((resolve) => proxy.listen(join(folder, '.s.PGSQL.5432'), resolve));
  onTestFinished(() => void proxy.close());
  const store = await openStateDatabase(`postgres://llmci@/postgres?host=${encodeURIComponent(folder)}`);
  await expect(store.append('dev', NO_HEAD, first)).rejects.toMatchObject({ code: 'state-unsure', exitCode: 3 });
  // The next goes by a new connection, and finds what is there
  ended = false;
  expect((await store.readLedger('dev'))?.texts).toEqual(texts);
  await store.close();
});
