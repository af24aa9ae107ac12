import { readFileSync } from 'node:fs';
import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Result } from '../../model/run-record.js';
import { linesOf } from '../files/lines.js';
import { Journal } from './journal.js';
import { Results } from './results.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'llmci-journal-'));
});
afterEach(() => rm(folder, { recursive: true }));

const resultOf = (name: string): Result => ({
  suite: 's',
  prompt: 'p',
  promptDigest: 'd',
  model: 'echo/a',
  case: name,
  trial: 1,
  tags: [],
  vars: { q: 'Grüße\n"' },
  caseDigest: 'c',
  output: null,
  error: { kind: 'server', message: 'down', status: 500 },
  scores: [],
  passed: null,
  score: null,
});

async function read(path: string, sample: number) {
  const results = await Results.open([path]);
  try {
    return await results.read(sample);
  } finally {
    await results.close();
  }
}

describe('the journal', () => {
  it('has handed a line to the system before the next turn of the event loop', async () => {
    const path = join(folder, 'results.jsonl');
    const journal = new Journal(path);
    journal.append(3, resultOf('a'));
    await Promise.resolve();
    await new Promise((resolve) => process.nextTick(resolve));
    expect(readFileSync(path, 'utf8')).toMatch(/^\{"index":3,"result":\{.*\}\}\n$/);
    await journal.close();
    await journal.close();
  });

  it('has all lines so far in the file when it was synced', async () => {
    const path = join(folder, 'results.jsonl');
    const journal = new Journal(path);
    journal.append(3, resultOf('a'));
    journal.sync();
    expect(readFileSync(path, 'utf8')).toMatch(/^\{"index":3,/);
    await journal.close();
  });

  it('tells of a file that cannot be written, and again at every further line', async () => {
    expect(() => new Journal(join(folder, 'none', 'results.jsonl'))).toThrow(/cannot write .*ENOENT/);
  });

  it('refuses a line that is too long to be read again', async () => {
    const path = join(folder, 'results.jsonl');
    const journal = new Journal(path);
    const long = { ...resultOf('a'), vars: { q: '\u0001'.repeat(12_000_000) } };
    expect(() => journal.append(1, long)).toThrow(/cannot write .*: a result is longer than 64 MB/);
    journal.append(2, resultOf('b'));
    await journal.close();
    expect(await read(path, 2)).not.toBeNull();
  });

  it.skipIf(process.platform !== 'linux')(
    'tells of a full disk, and keeps nothing behind a line that may be cut in two',
    async () => {
      const journal = new Journal('/dev/full');
      journal.append(1, resultOf('a'));
      await new Promise((resolve) => process.nextTick(resolve));
      expect(() => journal.append(2, resultOf('b'))).toThrow(/cannot write \/dev\/full: ENOSPC/);
      await expect(journal.close()).rejects.toThrow(/ENOSPC/);
    },
  );
});

describe('results', () => {
  it('of several lines of a sample the last that can be read counts', async () => {
    const path = join(folder, 'results.jsonl');
    const journal = new Journal(path);
    journal.appendUnscored(5, resultOf('first'));
    expect(await read(path, 5)).toMatchObject({ scored: false, result: { case: 'first' } });
    journal.append(5, resultOf('second'));
    journal.append(4, resultOf('other'));
    await journal.close();
    await appendFile(path, '{"index":5,"result":{"torn\n');
    expect(await read(path, 5)).toMatchObject({ scored: true, result: { case: 'second' } });
    await appendFile(path, '{"dropped":5}\n');
    expect(await read(path, 5)).toBeNull();
    expect(await read(path, 6)).toBeNull();
    const results = await Results.open([path]);
    const names: string[] = [];
    for await (const result of results.inOrder()) names.push(result.case);
    expect([names, [...results.samples()]]).toEqual([['other'], [4, 5]]);
    await results.close();
  });

  it('come in the order of the plan, from several files, whatever order they were written in', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.nat({ max: 3000 }), { maxLength: 60 }),
        fc.nat({ max: 60 }),
        async (indexes, cut) => {
          const paths = [join(folder, 'a.jsonl'), join(folder, 'b.jsonl')] as const;
          for (const [file, own] of [indexes.slice(0, cut), indexes.slice(cut)].entries()) {
            await writeFile(
              paths[file] ?? '',
              own.map((index) => `${JSON.stringify({ index, result: resultOf(`c${index}`) })}\n`).join(''),
            );
          }
          const results = await Results.open(paths);
          const names: string[] = [];
          for await (const result of results.inOrder()) names.push(result.case);
          await results.close();
          expect(names).toEqual([...indexes].sort((a, b) => a - b).map((index) => `c${index}`));
        },
      ),
      { numRuns: 25 },
    );
  });

  it('counts what is no line of a journal, and never takes an index beyond all plans', async () => {
    const path = join(folder, 'results.jsonl');
    const lines = [
      '',
      'garbage',
      '{"index":-1,"result":{}}',
      '{"index":99999999999999,"result":{}}',
      '{"index":4294967295,"result":{}}',
      '[]',
    ];
    await writeFile(path, `${lines.join('\n')}\n`);
    const results = await Results.open([path]);
    expect([results.unreadable, [...results.samples()]]).toEqual([lines.length, []]);
    expect(await results.readableEnd()).toBe(0);
    await results.close();
  });

  it('keeps what other calls had used when each file ended', async () => {
    const path = join(folder, 'results.jsonl');
    const journal = new Journal(path);
    const usage = (usd: number) => ({
      calls: { live: 0, cache: 0, replay: 0 },
      inputTokens: 1,
      outputTokens: null,
      usd,
    });
    const aside = (usd: number) => ({
      accounts: [{ suite: 'a', kind: 'moderations' as const, requests: 2, usage: usage(usd) }],
    });
    journal.appendAside(aside(1));
    journal.append(1, resultOf('a'));
    journal.appendAside(aside(2));
    await journal.close();
    await appendFile(path, '{"aside":{"judge":5}}\n');
    const results = await Results.open([path]);
    expect(await results.asides()).toEqual([aside(2)]);
    await results.close();
    // As earlier versions wrote it: whose call it was is not known
    const old = { judge: { ...usage(3), calls: { live: 4, cache: 0, replay: 0 } }, tools: usage(5) };
    await appendFile(path, `${JSON.stringify({ aside: old })}\n`);
    const later = await Results.open([path]);
    expect(await later.asides()).toEqual([
      {
        accounts: [
          { suite: null, kind: 'judge', requests: 4, usage: old.judge },
          { suite: null, kind: 'embeddings', requests: 0, usage: old.tools },
        ],
      },
    ]);
    await later.close();
  });
});

describe('lines', () => {
  it('are those of the file, however it is cut into chunks; one that is too long is skipped', async () => {
    const path = join(folder, 'lines');
    const texts = ['a', '', 'x'.repeat(700_000), 'ü'.repeat(200_000), 'b'];
    await writeFile(path, `${texts.join('\n')}\nbehind the last break`);
    const read: (string | null)[] = [];
    let end = 0;
    for await (const { start, length, bytes } of linesOf(path, 500_000)) {
      expect(start).toBe(end);
      end = start + length + 1;
      read.push(bytes?.toString('utf8') ?? null);
    }
    expect(read).toEqual(['a', '', null, 'ü'.repeat(200_000), 'b']);
  });
});
