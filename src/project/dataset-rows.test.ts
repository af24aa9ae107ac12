import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Problem } from '../model/problem.js';
import { readRows } from './dataset-rows.js';

const files = {
  'rows.jsonl': '{"id":"a","text":"one\\ntwo"}\r\n\n{"id":"b"}\nnot json\n{"id":"c","id":"d"}\n{"id":"é😀"}',
  'rows.csv': 'id,text\r\na,"one\r\n""two"""\r\n\r\nb,x\r\nc\r\nd,é😀\r\n',
  'broken.csv': 'id,text\na,x\nb,"never closed\nc,y\n',
  'rows.json': '[{"id":"a"},\n {"id":"b"}]\n',
  'rows.yaml': '- id: a\n- { id: b, text: "é😀" }\n',
};

/** The rows and problems of a text that comes in these pieces. */
async function read(file: string, pieces: readonly string[]) {
  const problems: Problem[] = [];
  const rows: unknown[] = [];
  const text = async function* () {
    yield* pieces;
  };
  for await (const { data, source, path } of readRows(file, text(), (problem) => problems.push(problem))) {
    rows.push([data, source.at(path).line]);
  }
  return { rows, problems };
}

describe('the rows of a dataset', () => {
  it.each(Object.entries(files))('of %s are the same however its text is cut', async (file, text) => {
    const whole = await read(file, [text]);
    expect(whole.rows.length).toBeGreaterThan(0);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(text.length), { maxLength: 20 }), async (cuts) => {
        const places = [0, ...cuts.sort((a, b) => a - b), text.length];
        const pieces = places.slice(1).map((end, index) => text.slice(places[index], end));
        // A decoder gives no half of a character
        fc.pre(!pieces.some((piece) => /[\uD800-\uDBFF]$/.test(piece)));
        expect(await read(file, pieces)).toEqual(whole);
      }),
    );
  });

  it('tells the line of every row and of every fault', async () => {
    const { rows, problems } = await read('rows.jsonl', [files['rows.jsonl']]);
    expect(rows).toEqual([
      [{ id: 'a', text: 'one\ntwo' }, 1],
      [{ id: 'b' }, 3],
      [{ id: 'é😀' }, 6],
    ]);
    expect(problems.map(({ line }) => line)).toEqual([4, 5]);
    const broken = await read('broken.csv', [files['broken.csv']]);
    expect(broken.rows).toEqual([[{ id: 'a', text: 'x' }, 2]]);
    expect(broken.problems).toMatchObject([{ line: 3, message: expect.stringContaining('never closed') }]);
  });
});
