import { describe, expect, it } from 'vitest';
import { makeProject } from '../../../test/helpers/project.js';
import type { CassetteEntry } from '../../model/cassette.js';
import { Cassette } from './cassette.js';

const key = (letter: string) => letter.repeat(64);
const entry = (changes: Partial<CassetteEntry>): CassetteEntry => ({
  key: key('a'),
  suite: 'reply',
  prompt: 'reply',
  model: 'openai/gpt-4.1',
  case: 'c1',
  trial: 1,
  answer: {
    text: 'Yes.',
    toolCalls: [],
    usage: { inputTokens: null, outputTokens: null },
    finishReason: 'stop',
    servedModel: null,
    latencyMs: null,
  },
  ...changes,
});
const judge = { metric: 'judge', prompt: 'judges/judge', model: 'openai/judge-1', turn: 1, attempt: 1 };

async function open() {
  const project = await makeProject();
  const cassette = await Cassette.open(project.dir, 'c.jsonl');
  const save = async () => {
    await cassette.save((text) => text);
    const lines = (await project.read('c.jsonl')).trim().split('\n').slice(1);
    return lines.map((line) => JSON.parse(line) as CassetteEntry);
  };
  return { project, cassette, save };
}

describe('a cassette', () => {
  it('has what was asked about a sample behind it, vote by vote', async () => {
    const { cassette, save } = await open();
    cassette.record(entry({ key: key('1'), case: 'c2' }));
    cassette.record(entry({ key: key('2'), judge: { ...judge, turn: 10 } }));
    cassette.record(entry({ key: key('3'), judge: { ...judge, turn: 2, attempt: 2 } }));
    cassette.record(entry({ key: key('4'), judge: { ...judge, turn: 2 } }));
    cassette.record(entry({ key: key('f') }));
    expect((await save()).map((line) => line.key[0])).toEqual(['f', '4', '3', '2', '1']);
    expect([cassette.holdsJudgements('reply'), cassette.holdsJudgements('other')]).toEqual([true, false]);
  });

  it('replaces the answer of a sample', async () => {
    const { cassette, save } = await open();
    cassette.record(entry({ key: key('1') }));
    cassette.record(entry({ key: key('2') }));
    expect((await save()).map((line) => line.key[0])).toEqual(['2']);
  });

  it('keeps an answer that was in use, whoever recorded it', async () => {
    const { cassette, save } = await open();
    cassette.record(entry({ key: key('1'), judge }));
    // Another case has the same output, and so the same question
    expect(cassette.find(key('1'))?.text).toBe('Yes.');
    cassette.record(entry({ key: key('2'), judge }));
    expect((await save()).map((line) => line.key[0])).toEqual(['1', '2']);
  });

  it('reads what it wrote', async () => {
    const { cassette, save, project } = await open();
    cassette.record(entry({ judge }));
    await save();
    const again = await Cassette.open(project.dir, 'c.jsonl');
    expect(again.find(key('a'))?.text).toBe('Yes.');
    expect(again.holdsJudgements('reply')).toBe(true);
  });
});
