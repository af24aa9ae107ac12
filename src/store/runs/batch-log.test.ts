import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { BatchLog } from './batch-log.js';

const A = 'a'.repeat(64);
const B = 'b'.repeat(64);
const at = new Date('2026-03-01T12:00:00.000Z');

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'llmci-batch-log-'));
  return () => rm(folder, { recursive: true, force: true });
});

async function reopen(): Promise<BatchLog> {
  const log = await BatchLog.open(folder);
  onTestFinished(() => log.close());
  return log;
}

describe('the log of batches', () => {
  it('makes no file for a run without batches', async () => {
    expect((await reopen()).open).toEqual([]);
    await expect(readFile(join(folder, 'batches.jsonl'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('tells whether a batch may still be answered, and changes nothing', async () => {
    expect(await BatchLog.hasOpen(folder)).toBe(false);
    const log = await reopen();
    log.intend({ mark: 'm1', provider: 'openai', at, keys: new Set([A]) });
    expect(await BatchLog.hasOpen(folder)).toBe(true);
    log.end('m1');
    await appendFile(join(folder, 'batches.jsonl'), '{"batch":"m2","pro');
    const before = await readFile(join(folder, 'batches.jsonl'), 'utf8');
    expect(await BatchLog.hasOpen(folder)).toBe(false);
    expect(await readFile(join(folder, 'batches.jsonl'), 'utf8')).toBe(before);
    await appendFile(join(folder, 'batches.jsonl'), '\n');
    expect(await BatchLog.hasOpen(folder)).toBe(true);
  });

  it('knows after a restart what was intended, handed in and ended', async () => {
    const log = await reopen();
    for (const mark of ['m1', 'm2', 'm3']) log.intend({ mark, provider: 'openai', at, keys: new Set([A, B]) });
    log.handIn('m2', ['batch_2'], true);
    log.handIn('m3', ['batch_3'], true);
    log.end('m3');
    const open = (await reopen()).open;
    expect(open).toEqual(log.open);
    expect(open).toEqual([
      { mark: 'm1', provider: 'openai', at, keys: new Set([A, B]), handedIn: null },
      { mark: 'm2', provider: 'openai', at, keys: new Set([A, B]), handedIn: { ids: ['batch_2'], certain: true } },
    ]);
  });

  it('takes a last line away that was cut short, and goes on behind it', async () => {
    const log = await reopen();
    log.intend({ mark: 'm1', provider: 'openai', at, keys: new Set([A]) });
    await appendFile(join(folder, 'batches.jsonl'), '{"batch":"m1","ids":["ba');
    const again = await reopen();
    expect(again.open[0]?.handedIn).toBeNull();
    again.handIn('m1', ['batch_1'], false);
    expect((await reopen()).open[0]?.handedIn).toEqual({ ids: ['batch_1'], certain: false });
  });

  it('is an error when a line is damaged: to pass over it could mean to pay again', async () => {
    await writeFile(join(folder, 'batches.jsonl'), '{"batch":"m1","keys":["../../etc"]}\n');
    await expect(BatchLog.open(folder)).rejects.toMatchObject({ code: 'unreadable-run' });
  });
});
