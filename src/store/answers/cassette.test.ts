import { utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { beforeEach, describe, expect, it } from 'vitest';
import { makeProject, type Project } from '../../../test/helpers/project.js';
import type { LlmciError } from '../../core/text/errors.js';
import type { CassetteEntry } from '../../model/cassette.js';
import { Literal } from '../../model/json.js';
import { inTurn } from '../files/in-turn.js';
import { Cassette } from './cassette.js';

const PATH = 'fixtures/hello.cassette.jsonl';
const same = (text: string) => text;
const key = (digit: string) => digit.repeat(64);

/** As a provider returns it: in whatever order, with what the schema puts last in front. */
function entry(id: string, text: string, ofKey = key('a')): CassetteEntry {
  const answer = {
    latencyMs: 12.3,
    usage: { outputTokens: 2, inputTokens: 1 },
    servedModel: null,
    finishReason: 'stop' as const,
    toolCalls: [{ arguments: { b: 1, a: 2 }, name: 'look' }],
    text,
  };
  return { key: ofKey, suite: 'hello', prompt: 'hello', model: 'echo', case: id, trial: 1, answer };
}

let project: Project;
const open = () => Cassette.open(project.dir, PATH);
const lines = async () => (await project.read(PATH)).trimEnd().split('\n');
async function record(...entries: CassetteEntry[]): Promise<string[]> {
  const cassette = await open();
  for (const recorded of entries) cassette.record(recorded);
  await cassette.save(same);
  return lines();
}

beforeEach(async () => {
  project = await makeProject({ 'fixtures/README': '' });
});

it('takes numbers of ours as they are, however many digits another tool gave them, and keeps those of tool calls', async () => {
  const [header, first = ''] = await record(entry('one', 'a'));
  const long = first.replace('12.3', '1234.56789012345678901').replace('"b":1', '"b":9007199254740993');
  await project.write(PATH, `${header}\n${long}\n`);
  const cassette = await open();
  expect(cassette.find(key('a'))).toMatchObject({
    latencyMs: 1234.567890123457,
    toolCalls: [{ name: 'look', arguments: { b: new Literal(9007199254740992, '9007199254740993'), a: 2 } }],
  });
});

describe('what is rewritten', () => {
  it('stays as it was, byte for byte, but for what is recorded', async () => {
    const [header, first] = await record(entry('one', 'a'));
    expect(first).toContain('"answer":{"text":"a","toolCalls":[{"name":"look","arguments":{"b":1,"a":2}}],"usage":');
    const odd = `${first?.replace('"latencyMs":12.3', '"latencyMs": 12.300')} `;
    await project.write(PATH, `${header}\n${odd}\n`);
    expect(await record(entry('two', 'b', key('b')))).toEqual([header, odd, expect.stringContaining('"case":"two"')]);
    const [, , second] = await lines();
    expect(await record(entry('three', 'c', key('c')))).toEqual([header, odd, expect.any(String), second]);
  });

  it('gives way to a new answer for the same sample', async () => {
    await record(entry('one', 'old'));
    expect((await record(entry('one', 'new', key('b')))).slice(1)).toEqual([expect.stringContaining('"text":"new"')]);
  });
});

describe('the note', () => {
  const note = 'Samples written by hand.';
  const header = (text: string) => JSON.stringify({ cassette: 1, note: text });

  it('goes when nothing is left of what it was written above', async () => {
    const [, line] = await record(entry('one', 'sample'));
    await project.write(PATH, `${header(note)}\n${line}\n`);
    expect((await record(entry('one', 'real', key('b'))))[0]).toBe('{"cassette":1}');
    await project.write(PATH, `${header(note)}\n`);
    expect((await record(entry('one', 'real', key('b'))))[0]).toBe('{"cassette":1}');
  });

  it('is limited to the other answers when some are recorded, once', async () => {
    const [, line] = await record(entry('one', 'sample'));
    await project.write(PATH, `${header(note)}\n${line}\n`);
    const limited = header(`Some of these answers were recorded later. Of the others: ${note}`);
    expect((await record(entry('two', 'real', key('b'))))[0]).toBe(limited);
    expect((await record(entry('three', 'real', key('c'))))[0]).toBe(limited);
  });

  it('stays while nothing is recorded, and may be given', async () => {
    await project.write(PATH, `${header(note)}\n`);
    expect(await record()).toEqual([header(note)]);
    const cassette = await open();
    cassette.record(entry('one', 'sample'));
    await cassette.save(same, 'Another.');
    expect((await lines())[0]).toBe(header('Another.'));
  });
});

it('knows how many answers of a suite it has', async () => {
  await record(entry('one', 'a'), entry('two', 'b', key('b')), { ...entry('one', 'c', key('c')), suite: 'other' });
  expect((await open()).countOf('hello')).toBe(2);
});

it('says what is wrong in all of several files at once', async () => {
  await project.write('one.jsonl', '{"cassette":1}\nnull\n');
  await project.write('two.jsonl', '{"cassette":2}\n');
  const error = await Cassette.openAll(project.dir, new Set(['one.jsonl', PATH, 'two.jsonl'])).catch((why) => why);
  expect((error as LlmciError).problems.map(({ file, line }) => [file, line])).toEqual([
    ['one.jsonl', 2],
    ['two.jsonl', 1],
  ]);
  await project.write('one.jsonl', '\n!'.repeat(150_000));
  const many = await Cassette.openAll(project.dir, new Set(['one.jsonl'])).catch((why) => why);
  expect((many as LlmciError).problems).toHaveLength(150_000);
});

describe('a file that cannot be believed', () => {
  const problemsOf = async (...changed: readonly string[]) => {
    await project.write(PATH, `${changed.join('\n')}\n`);
    return open().then(
      () => [],
      ({ problems }: LlmciError) => problems.map(({ line, column, message }) => `${line}:${column} ${message}`),
    );
  };

  it('the same key on two lines: an error that names both', async () => {
    const [header = '', first = ''] = await record(entry('one', 'a'));
    const other = first.replace('"text":"a"', '"text":"b"');
    expect(await problemsOf(header, first, '', other)).toEqual(['4:1 has the key of line 2: keep one of the two']);
    expect(await problemsOf(header, first, first)).toEqual(['3:1 has the key of line 2: keep one of the two']);
  });

  it('the same key twice in a line', async () => {
    const [header = '', first = ''] = await record(entry('one', 'a'));
    const twice = first.replace('"text":"a"', '"text":"a","text":"b"');
    expect(await problemsOf(header, twice)).toEqual([
      `2:${twice.indexOf('"text":"b"') + 1} is not JSON: duplicate key text`,
    ]);
  });

  it.each([
    ['"latencyMs":12.3', '"latencyMs":-1', 'answer.latencyMs'],
    ['"latencyMs":12.3', '"latencyMs":1e308', 'answer.latencyMs'],
    ['"latencyMs":12.3', '"latencyMs":1e999', 'answer.latencyMs'],
    ['"inputTokens":1', '"inputTokens":-100000', 'answer.usage.inputTokens'],
    ['"outputTokens":2', '"outputTokens":1.5', 'answer.usage.outputTokens'],
    ['"outputTokens":2', '"outputTokens":1e300', 'answer.usage.outputTokens'],
    ['"servedModel":null', '"servedModel":null,"usd":-3', 'answer.usd'],
    ['"servedModel":null', '"servedModel":null,"usd":1e308', 'answer.usd'],
  ])('%s as %s', async (from, to, place) => {
    const [header = '', first = ''] = await record(entry('one', 'a'));
    const changed = first.replace(from, to);
    expect(changed).not.toBe(first);
    expect(await problemsOf(header, changed)).toEqual([
      expect.stringMatching(new RegExp(`^2:1 \`${place}\` must be `)),
    ]);
  });
});

describe('two that record at once', () => {
  it('lose nothing of each other, in whatever order they end', async () => {
    const [header = '', kept = ''] = await record(entry('kept', 'k'));
    const cassettes = await Promise.all(Array.from({ length: 8 }, open));
    for (const [index, cassette] of cassettes.entries()) cassette.record(entry(`case-${index}`, 'x', key(`${index}`)));
    await Promise.all(cassettes.map((cassette) => cassette.save(same)));
    const [first, ...answers] = await lines();
    expect(first).toBe(header);
    expect(answers).toHaveLength(9);
    expect(answers).toContain(kept);
    expect(await project.list()).toEqual([PATH, 'fixtures/README'].sort());
  });

  it('with one answer to one request: the one that is there stays, and the file is whole', async () => {
    const [one, other] = [await open(), await open()];
    one.record(entry('one', 'the first'));
    other.record(entry('one', 'the second'));
    await one.save(same);
    await other.save(same);
    expect((await lines()).slice(1)).toEqual([expect.stringContaining('"text":"the first"')]);
    await open();
  });

  it('what one replaces does not come back', async () => {
    await record(entry('one', 'old'));
    const [one, other] = [await open(), await open()];
    one.record(entry('one', 'new', key('b')));
    other.record(entry('two', 'other', key('c')));
    await one.save(same);
    await other.save(same);
    // The other had read it, and may have been answered by it
    const texts = (await lines()).slice(1).map((line) => /"text":"(\w+)"/.exec(line)?.[1]);
    expect(texts.sort()).toEqual(['new', 'old', 'other']);
    expect(await record(entry('one', 'newer', key('d')))).toHaveLength(4);
  });

  it('a lock of a process that was killed keeps nobody out', async () => {
    const lock = `${PATH}.lock/lock-1`;
    await project.write(lock, JSON.stringify({ pid: 1, started: null, host: 'another', space: 'x', beats: true }));
    const longAgo = new Date(Date.now() - 120_000);
    await utimes(project.path(lock), longAgo, longAgo);
    expect(await record(entry('one', 'a'))).toHaveLength(2);
    expect((await project.list()).some((path) => path.includes('.lock'))).toBe(false);
  });

  it('a lock that nobody gives back is not waited for without end, and names its holder; one that names none is no lock', async () => {
    const lock = `${PATH}.lock/lock-1`;
    await project.write(lock, JSON.stringify({ pid: 7, started: null, host: 'another' }));
    await expect(inTurn(project.path(PATH), async () => 'had', 0)).rejects.toMatchObject({
      code: 'cannot-write',
      message: expect.stringContaining('process 7 on another holds '),
    });
    await project.write(lock, JSON.stringify({ pid: -1, started: null, host: hostname() }));
    expect(await inTurn(project.path(PATH), async () => 'had', 0)).toBe('had');
  });

  it('a file that has become none is told, and is left as it is', async () => {
    const cassette = await open();
    cassette.record(entry('one', 'a'));
    await project.write(PATH, '<<<<<<< ours\n');
    await expect(cassette.save(same)).rejects.toMatchObject({ code: 'invalid-files' });
    expect(await project.read(PATH)).toBe('<<<<<<< ours\n');
  });
});
