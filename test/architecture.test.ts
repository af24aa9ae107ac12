import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { describe, expect, it } from 'vitest';

const SRC = resolve(import.meta.dirname, '../src');

/** The rooms of the house. Each may import from those before it (and from itself), never from those after. */
const FLOORS: readonly (readonly string[])[] = [
  ['model'],
  ['core'],
  ['metrics', 'providers', 'embedders', 'reporters', 'lint'],
  ['project', 'store'],
  ['pipeline'],
  ['release', 'gateway'],
  ['cli'],
];

/** What the pure rooms may not touch: files, clocks, random sources, the network, the process. */
const IMPURE =
  /from 'node:(?!crypto|vm|module|util)|\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bperformance\.now\(|\bfetch\(|\bprocess\./;
const PURE = ['model', 'core', 'metrics'];

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .map((path) => path.split(sep).join('/'))
  .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'));
const roomOf = (path: string) => path.split('/')[0] ?? '';
const floorOf = (room: string) => FLOORS.findIndex((rooms) => rooms.includes(room));

function importsOf(path: string): string[] {
  const text = readFileSync(join(SRC, path), 'utf8');
  const written = [...text.matchAll(/(?:from|import\()\s*'(\.[^']+)'/g)].map((match) => match[1] ?? '');
  return written.map((to) =>
    relative(SRC, resolve(SRC, dirname(path), to))
      .split(sep)
      .join('/'),
  );
}

it('has no room that the table does not know', () => {
  const rooms = new Set(files.filter((path) => path.includes('/')).map(roomOf));
  expect([...rooms].filter((room) => floorOf(room) < 0)).toEqual([]);
});

describe('imports go one way', () => {
  it.each(files.filter((path) => path.includes('/')))('%s', (path) => {
    const own = roomOf(path);
    const wrong = importsOf(path).filter((to) => {
      const room = roomOf(to);
      return room !== own && (floorOf(room) > floorOf(own) || floorOf(room) === floorOf(own));
    });
    expect(wrong).toEqual([]);
  });
});

describe('the pure rooms touch nothing of the world', () => {
  it.each(files.filter((path) => PURE.includes(roomOf(path))))('%s', (path) => {
    const code = readFileSync(join(SRC, path), 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
    expect(IMPURE.exec(code)?.[0] ?? null).toBeNull();
  });
});
