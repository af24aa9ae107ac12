import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '..');

/**
 * The rooms of the house, the ground floor first. Each may import from floors below its own, and from itself. Rooms on
 * one floor know nothing of each other. `core` and `runs` have floors within.
 */
const FLOORS: readonly (readonly string[])[] = [
  ['model'],
  ['core/stats', 'core/text'],
  ['core/requests', 'core/scores'],
  ['core/gates'],
  ['core/compare', 'core/power', 'core/prompts', 'core/releases'],
  ['core/rollouts'],
  ['report-page'],
  ['status-page'],
  ['metrics', 'providers', 'embedders', 'reporters', 'lint', 'importers'],
  ['store'],
  ['project'],
  ['calls'],
  ['answers'],
  ['scoring'],
  ['runs/batches', 'runs/baselines'],
  ['runs/setup'],
  ['runs/estimates'],
  ['runs'],
  ['release'],
  ['runtime'],
  ['serve'],
  ['publish', 'cases'],
  ['review', 'doctor'],
  ['cli'],
];

/** The floors within large rooms, by folder, the ground floor first; '' is the room itself, above what it is made of. */
const WITHIN: Readonly<Record<string, readonly (readonly string[])[]>> = {
  providers: [['contract'], ['transport'], ['oidc'], ['openai', 'anthropic', 'apps'], ['']],
  reporters: [['words', 'layout'], ['html', 'diff', 'console'], ['compare'], ['']],
  store: [['files'], ['git'], ['state', 'runs', 'answers', 'gateway'], ['']],
  project: [['source'], ['datasets', 'modules'], ['config'], ['prompts'], ['suites'], [''], ['lint']],
  serve: [
    ['http'],
    ['access', 'calls'],
    ['scoring'],
    ['traffic', 'telemetry', 'rollouts'],
    ['status', 'acts', 'ofrep'],
    [''],
  ],
};

/** What the pure rooms may not touch: files, clocks, random sources, the network, the process. */
const IMPURE =
  /from 'node:(?!crypto|vm|module|util)|\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bperformance\.now\(|\bfetch\(|(?<!-)\bprocess\./;
const PURE = ['model', 'core', 'metrics', 'lint', 'importers'];

/** What the rooms that use a World may not touch beside it: timers, clocks, random sources, the network, processes. */
const BESIDE_THE_WORLD =
  /from 'node:(?:child_process|http|https|net|timers|tls|worker_threads)|\bset(?:Timeout|Interval)\(|\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b|\bperformance\.now\b|(?<!#)\bfetch\(|\bprocess\.(?!platform|version)/;
/** What makes it, and what cannot go through it: docs/internals/decisions.md says why of each. */
const THE_WORLD = [
  'src/calls/world.ts',
  // Sockets
  'src/serve/http-server.ts',
  'src/serve/http/request-body.ts',
  // What waits for the disk, for other processes and for threads
  'src/store/',
  'src/embedders/',
  'src/project/modules/',
  // How long a text may keep this process busy; whether a file is of tomorrow; the environment where none is given
  'src/project/prompts/check-prompt.ts',
  'src/project/suites/check-turns.ts',
  'src/project/suites/baseline-faults.ts',
  'src/project/load.ts',
  // The process that an app has opened it in
  'src/runtime/',
  // The process itself, and the person before it
  'src/cli/main.ts',
  'src/cli/exit-guard.ts',
  'src/cli/run-to-end.ts',
  'src/cli/report-file.ts',
  'src/cli/eval/watch/',
];
/** Checked for less below: what they are handed is a part of it. */
const ON_THEIR_OWN = ['model', 'core', 'metrics', 'lint', 'importers', 'providers', 'report-page', 'status-page'];

/** What providers are handed: the environment, and how a process is run. */
const BESIDE_THE_CONTEXT =
  /from 'node:child_process|(?<!\.)\bset(?:Timeout|Interval)\(|\bMath\.random\b|\bprocess\.env\b/;

/** Where the world's processes are started, and waited for. */
const STARTING = ['src/providers/contract/program.ts', 'src/providers/contract/line-process.ts'];

const files = sourcesIn('src').filter((path) => !path.endsWith('.test.ts'));
const graph = new Map(files.map((path) => [path, importsOf(path)]));
const housed = files.filter((path) => roomOf(path) !== '');

/** All sources below a folder, by their paths from the root. */
function sourcesIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .map((path) => `${folder}/${path.split(sep).join('/')}`)
    .filter((path) => /\.(tsx?|mjs)$/.test(path));
}

/** Those of the room's own files that a file imports, types included; `dist/x.js` is what was built from `src/x.ts`. */
function importsOf(path: string): string[] {
  const text = readFileSync(join(ROOT, path), 'utf8');
  const written = [...text.matchAll(/(?:from|import\(|import)\s*'(\.[^']+)'/g)].map((match) => match[1] ?? '');
  return written.map((to) =>
    relative(ROOT, resolve(ROOT, dirname(path), to))
      .split(sep)
      .join('/')
      .replace(/^dist\/(.*)\.js$/, 'src/$1.ts')
      .replace(/^((?:src|test|tools|bench)\/.*)\.js$/, (_, path) => sourceAt(path)),
  );
}

/** The source that `path.js` is made of. */
function sourceAt(path: string): string {
  return existsSync(join(ROOT, `${path}.tsx`)) ? `${path}.tsx` : `${path}.ts`;
}

/** The room that a file is in: its folder, or in a room with floors the folder within; '' for the entries of the package. */
function roomOf(path: string): string {
  const [, room = '', inner = '', deeper] = path.split('/');
  if (inner === '') return '';
  return (room === 'core' || room === 'runs') && deeper !== undefined ? `${room}/${inner}` : room;
}

function floorOf(room: string): number {
  return FLOORS.findIndex((rooms) => rooms.includes(room));
}

it('has no room that the table does not know', () => {
  expect([...new Set(housed.map(roomOf))].filter((room) => floorOf(room) < 0)).toEqual([]);
});

describe('imports go one way', () => {
  it.each(housed)('%s', (path) => {
    const own = roomOf(path);
    const wrong = (graph.get(path) ?? []).filter((to) => roomOf(to) !== own && floorOf(roomOf(to)) >= floorOf(own));
    expect(wrong).toEqual([]);
  });
});

describe.each(Object.entries(WITHIN))('imports within %s go one way', (room, floors) => {
  const folderOf = (path: string) => path.split('/').slice(2, -1).join('/');
  const floor = (folder: string) => floors.findIndex((folders) => folders.includes(folder));
  it.each(housed.filter((path) => roomOf(path) === room))('%s', (path) => {
    const own = folderOf(path);
    expect(floor(own)).toBeGreaterThanOrEqual(0);
    const within = (graph.get(path) ?? []).filter((to) => roomOf(to) === room && folderOf(to) !== own);
    expect(within.filter((to) => floor(folderOf(to)) >= floor(own))).toEqual([]);
  });
});

it('the resolver for apps needs nothing but model, core and store', () => {
  const wrong = housed
    .filter((path) => roomOf(path) === 'runtime')
    .flatMap((path) => (graph.get(path) ?? []).filter((to) => !/^(?:model|core\/.*|store|runtime)$/.test(roomOf(to))));
  expect(wrong).toEqual([]);
});

it('a server and what it stands on know no runs', () => {
  const wrong = housed
    .filter((path) => /^(?:serve|release|runtime|scoring)$/.test(roomOf(path)))
    .flatMap((path) => (graph.get(path) ?? []).filter((to) => topOf(to) === 'runs').map((to) => `${path}: ${to}`));
  expect(wrong).toEqual([]);
});

it('has no circle of imports', () => {
  expect(circlesIn(graph)).toEqual([]);
});

describe('what is imported is there', () => {
  it.each([...files, ...sourcesIn('tools'), ...sourcesIn('bench')])('%s', (path) => {
    const missing = importsOf(path).filter((to) => !existsSync(join(ROOT, to)));
    expect(missing).toEqual([]);
  });
});

describe('the pure rooms touch nothing of the world', () => {
  it.each(housed.filter((path) => PURE.includes(topOf(path))))('%s', (path) => {
    expect(IMPURE.exec(codeOf(path))?.[0] ?? null).toBeNull();
  });
});

describe('the world is one object, and nothing goes round it', () => {
  it.each(housed.filter((path) => !ON_THEIR_OWN.includes(topOf(path)) && !isOfTheWorld(path)))('%s', (path) => {
    expect(BESIDE_THE_WORLD.exec(codeOf(path))?.[0] ?? null).toBeNull();
  });

  it.each(housed.filter((path) => topOf(path) === 'providers' && !STARTING.includes(path)))('%s', (path) => {
    expect(BESIDE_THE_CONTEXT.exec(codeOf(path))?.[0] ?? null).toBeNull();
  });
});

describe('what is written as JSON is JSON for every parser', () => {
  it.each(housed)('%s', (path) => {
    // A value that becomes a line or a file goes through core/text/write-json.ts
    const code = readFileSync(join(ROOT, path), 'utf8');
    expect(/JSON\.stringify\([^\n]*\\n/.exec(code)?.[0] ?? null).toBeNull();
  });
});

describe('what a schema finds wrong is told in our words', () => {
  // What a judge is told to do again stays as it was recorded; evaluate() speaks of its options
  const OTHERWISE = /explain-issues|judge-answer|evaluate-options/;
  it.each(housed.filter((path) => !OTHERWISE.test(path)))('%s', (path) => {
    expect(/\b(?:issue|issues\[0\])\??\.message/.exec(codeOf(path))?.[0] ?? null).toBeNull();
  });
});

it('gives each exported type and function a name of its own', () => {
  // The pages are programs of their own, and every command has its `configure`
  const places = new Map<string, string[]>();
  for (const path of housed.filter((path) => !/-page\//.test(path))) {
    const declared = codeOf(path).matchAll(/^export (?:async )?(?:type|interface|class|function\*?) (\w+)/gm);
    for (const [, name = ''] of declared) places.set(name, [...(places.get(name) ?? []), path]);
  }
  places.delete('configure');
  expect([...places].filter(([, paths]) => paths.length > 1)).toEqual([]);
});

function isOfTheWorld(path: string): boolean {
  return THE_WORLD.some((each) => (each.endsWith('/') ? path.startsWith(each) : path === each));
}

/** The first word of a file's room. */
function topOf(path: string): string {
  return roomOf(path).split('/')[0] ?? '';
}

/** The text of a file without its comments. */
function codeOf(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');
}

/** Files that import each other in a circle, a list a circle (Tarjan 1972, strongly connected components). */
function circlesIn(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const order = new Map<string, number>();
  const open: string[] = [];
  const circles: string[][] = [];
  const visit = (file: string): number => {
    const place = order.size;
    order.set(file, place);
    open.push(file);
    let low = place;
    for (const to of graph.get(file) ?? []) {
      if (!graph.has(to)) continue;
      if (!order.has(to)) low = Math.min(low, visit(to));
      else if (open.includes(to)) low = Math.min(low, order.get(to) ?? low);
    }
    if (low === place) {
      const circle = open.splice(open.indexOf(file));
      if (circle.length > 1) circles.push(circle.sort());
    }
    return low;
  };
  for (const file of graph.keys()) if (!order.has(file)) visit(file);
  return circles;
}
