import fc from 'fast-check';
import { expect, it } from 'vitest';
import { stripEscapes } from '../../core/text/printable.js';
import { widthOf } from './layout.js';
import { layOutTable } from './table.js';

const COLUMNS = [{ title: 'run' }, { title: 'verdict' }, { title: 'cost', align: 'end' }] as const;
const ROWS = [
  ['20260301-142530-x7k2', 'pass', '$0.0101'],
  ['20260302-091205-p0aa', '', '$12.50'],
];

it('is a table where there is room', () => {
  expect(layOutTable(COLUMNS, ROWS, 40)).toEqual({
    head: ['run                   verdict     cost'],
    rows: [['20260301-142530-x7k2  pass     $0.0101'], ['20260302-091205-p0aa            $12.50']],
  });
});

it('turns into lines where there is not, and leaves nothing out', () => {
  expect(layOutTable(COLUMNS, ROWS, 30)).toEqual({
    head: [],
    rows: [
      ['20260301-142530-x7k2', '  verdict pass, cost $0.0101'],
      ['20260302-091205-p0aa', '  cost $12.50'],
    ],
  });
  expect(layOutTable(COLUMNS, ROWS, 12).rows[0]).toEqual([
    '20260301-142',
    '530-x7k2',
    '  verdict',
    '  pass, cost',
    '  $0.0101',
  ]);
});

it('is never wider than it may be, and has every character', () => {
  const cell = fc
    .string({ unit: fc.constantFrom('a', 'b', ' ', '日', '…', '1') })
    .map((text) => stripEscapes(text).trim());
  const rows = fc.array(fc.tuple(cell, cell, cell), { maxLength: 5 });
  fc.assert(
    fc.property(rows, fc.integer({ min: 10, max: 60 }), (cells, width) => {
      const table = layOutTable(COLUMNS, cells, width);
      const lines = [...table.head, ...table.rows.flat()];
      expect(lines.filter((line) => widthOf(line) > width)).toEqual([]);
      for (const [index, row] of cells.entries()) {
        const text = (table.rows[index] ?? []).join('').replace(/\s/g, '');
        for (const each of row) expect(text).toContain(each.replace(/\s/g, ''));
      }
    }),
  );
});
