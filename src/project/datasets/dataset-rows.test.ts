import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Problem } from '../../model/problem.js';
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
  for await (const { data, source, path } of readRows(file, text(), null, (problem) => problems.push(problem))) {
    rows.push([data, source.at(path).line]);
  }
  return { rows, problems };
}

const MERGE = 'git has left a merge here: keep one of its sides, and take out the lines <<<<<<<, ======= and >>>>>>>';

describe('a heading', () => {
  it.each([
    ['with a delimiter at the end of each line', 'id,text,\na,x,\nb,y,\n'],
    ['with several', 'id;text;;\r\na;x;;\r\nb;y; ;\r\n'],
    ['with marks that nobody sees', 'id,\u200btext\u200b\na,x\nb,y\n'],
  ])('%s has the names that are read', async (_, text) => {
    const { rows, problems } = await read('rows.csv', [text]);
    expect(problems).toEqual([]);
    expect(rows.map((row) => (row as unknown[])[0])).toEqual([
      { id: 'a', text: 'x' },
      { id: 'b', text: 'y' },
    ]);
  });

  it('with a long run of blanks in it is read in time with its length', async () => {
    const name = `a${' '.repeat(1_500_000)}b`;
    const { rows } = await read('rows.csv', [`${name},c\n1,2\n`]);
    expect(rows).toEqual([[{ [name]: '1', c: '2' }, 2]]);
  });

  it('without a name for a value is told', async () => {
    const { problems } = await read('rows.csv', ['id,text,\na,x,lost\n']);
    expect(problems.map(({ message }) => message)).toEqual([
      'row 1 has a value in column 3, which has no name in the heading',
    ]);
  });
});

it.each([
  ['rows.csv', 'id\n<<<<<<< HEAD\na\n=======\nb\n>>>>>>> other\n', 2, MERGE],
  ['rows.yaml', '- id: a\n<<<<<<< HEAD\n- id: b\n=======\n>>>>>>> other\n', 2, MERGE],
  ['rows.json', '[{"id":"a"},\n<<<<<<< HEAD\n{"id":"b"}\n=======\n>>>>>>> other\n]', 2, MERGE],
  ['rows.jsonl', '{"id":"a"}\n<<<<<<< HEAD\n', 2, `row 2 is not usable JSON: ${MERGE}`],
  ['rows.yaml', '- {a, a, b}\n', 1, 'duplicate key a'],
  ['rows.yaml', '- {"a, b": 1, "a, b": 2}\n', 1, 'duplicate key a, b'],
  ['rows.json', '[{"id":"a",}}', 1, 'not JSON: expected double-quoted property name'],
  [
    'rows.json',
    '{"id":"a"}\n{"id":"b"}\n',
    2,
    'not JSON: unexpected non-whitespace character after JSON; a file of JSON lines is called .jsonl',
  ],
])('%s that cannot be read is told in words of what it is: %j', async (file, text, line, message) => {
  const { problems } = await read(file, [text]);
  expect(problems).toEqual([expect.objectContaining({ line, message })]);
});

const unexpected = ({ message }: Problem) => {
  throw new Error(message);
};

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

  it.each([
    ['rows.csv', 'a;b\n1;"x, y"\n', { a: '1', b: 'x, y' }],
    ['rows.csv', 'a\tb\n1\tx,y\n', { a: '1', b: 'x,y' }],
    ['rows.csv', '"a;b",c\n1,2\n', { 'a;b': '1', c: '2' }],
    ['rows.csv', 'sep=;\na;b\n1;2\n', { a: '1', b: '2' }],
    ['rows.csv', '\ufeffsep=|\r\na|b, c\r\n1|2\r\n', { a: '1', 'b, c': '2' }],
    ['rows.csv', '\ufeffa;b\n1;2\n', { a: '1', b: '2' }],
    ['rows.csv', ' a , b\u00a0\n1, 2\n', { a: '1', b: ' 2' }],
    ['rows.csv', '\n\na;b\n1;2', { a: '1', b: '2' }],
    ['rows.csv', 'a\n"1,;2"\n', { a: '1,;2' }],
    ['rows.CSV', 'a;b\n,;\u200b\n1;2\n;\n  ; \n', { a: '1', b: '2' }],
    ['rows.tsv', 'a, b\tc;d;e\n1\t2\n', { 'a, b': '1', 'c;d;e': '2' }],
    ['rows.TSV', 'sep=,\na,b\n1,2\n', { a: '1', b: '2' }],
    ['rows.NDJSON', '{"a": 1}\n', { a: 1 }],
    ['rows.JSONL', '\n{"a": 1}\n', { a: 1 }],
    ['rows.YML', '- a: 1\n', { a: 1 }],
    ['rows.JSON', '[{"a": 1}]', { a: 1 }],
  ])('%s that begins %j is understood', async (file, text, row) => {
    const { rows, problems } = await read(file, [text]);
    expect(problems).toEqual([]);
    expect(rows.map((each) => (each as unknown[])[0])).toContainEqual(row);
    expect(rows.length).toBeLessThan(3);
  });

  it('takes the delimiter that it is told, and counts lines from the top of the file', async () => {
    const rows: unknown[] = [];
    const text = async function* () {
      yield 'sep=,\na;b,c\n1;2,3\n';
    };
    for await (const { data, source } of readRows('rows.csv', text(), ';', unexpected))
      rows.push([data, source.at([]).line]);
    expect(rows).toEqual([[{ a: '1', 'b,c': '2,3' }, 3]]);
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
