import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { lexer, type Token, walkTokens } from 'marked';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { commands } from '../src/cli/commands.js';
import { builtInMetrics } from '../src/metrics/index.js';
import { configFileSchemaFor } from '../src/model/config.js';
import type { Problem } from '../src/model/problem.js';
import { promptFileSchema } from '../src/model/prompt.js';
import { suiteFileSchemaFor } from '../src/model/suite.js';
import { thresholdsFileSchema } from '../src/model/thresholds-file.js';
import { loadProject } from '../src/project/load.js';
import { jsonSchemaOf } from '../src/project/schemas.js';
import { parseYaml } from '../src/project/source/yaml-source.js';
import { check } from '../src/project/source/zod-problems.js';
import { metricUnion, resolveMetricEntries } from '../src/project/suites/metric-entries.js';
import { providerUnion } from '../src/providers/contract/entry.js';
import { providerTypes } from '../src/providers/index.js';
import { evaluate } from '../src/runs/evaluate.js';
import { runCli } from './helpers/cli.js';
import { makeProject, type Project } from './helpers/project.js';

// Conventions of the docs: the first line of a YAML block is a comment with the file's name, which says its format;
// `(part)` behind the name is for a block that shows some keys of a file only.

const root = fileURLToPath(new URL('..', import.meta.url));
const pages = [
  'README.md',
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' }).map((path) => `docs/${path}`),
]
  .filter((path) => path.endsWith('.md'))
  .map((path) => readPage(path));
const yamlBlocks = pages.flatMap((page) => page.blocks.filter(({ language }) => language === 'yaml'));
/** Pages whose blocks are the files of one project, which has to load. */
const projectPages = ['docs/reference/files.md', 'docs/reference/gates.md', 'docs/guide/extending.md'];

interface Block {
  readonly page: string;
  readonly language: string;
  readonly text: string;
  /** What the comment in the first line says. */
  readonly file: string | null;
  readonly isPart: boolean;
}

interface Page {
  readonly path: string;
  readonly text: string;
  readonly blocks: readonly Block[];
  /** The code within lines of prose and tables. */
  readonly spans: readonly string[];
  readonly links: readonly string[];
  readonly anchors: ReadonlySet<string>;
}

function readPage(path: string): Page {
  const text = readFileSync(join(root, path), 'utf8');
  const blocks: Block[] = [];
  const spans: string[] = [];
  const links: string[] = [];
  const anchors = new Set<string>();
  walkTokens(lexer(text), (token: Token) => {
    if (token.type === 'code') blocks.push(blockOf(path, token['lang'] ?? '', token.text));
    if (token.type === 'codespan') spans.push(token.text);
    if (token.type === 'link') links.push(token.href);
    if (token.type === 'heading') anchors.add(slugOf(token.text));
  });
  return { path, text, blocks, spans, links, anchors };
}

function blockOf(page: string, language: string, text: string): Block {
  const [, file = null, part] = /^(?:#|\/\/) (\S+\.\w+)( \(part\))?\n/.exec(text) ?? [];
  return { page, language, text, file, isPart: part !== undefined };
}

/** The anchor that GitHub gives a heading. */
function slugOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
}

const metricNames = new Map(
  builtInMetrics.map((definition) => [definition.type, { type: definition.type, definition }]),
);
const suiteSchema = suiteFileSchemaFor(metricUnion(metricNames));
const metricsSchema = z.array(metricUnion(metricNames));
/** In a suite, and in a thresholds file, which leaves them to whoever knows all metrics. */
const WHERE_METRICS_STAND = [['metrics'], ['live', 'metrics']];
const configSchema = configFileSchemaFor(providerUnion(new Map(providerTypes.map((type) => [type.type, type]))));

/** The format of a file, and what a part of one lacks to be whole. */
const FORMATS: readonly { ending: RegExp; schema: z.ZodType; rest: object }[] = [
  { ending: /\.prompt\.yaml$/, schema: promptFileSchema, rest: { messages: [{ role: 'user', content: 'x' }] } },
  { ending: /\.thresholds\.yaml$/, schema: thresholdsFileSchema, rest: { gates: [{ metric: 'pass', min: 1 }] } },
  { ending: /\.eval\.yaml$/, schema: suiteSchema, rest: { prompt: 'x' } },
  { ending: /^llmci\.yaml$/, schema: configSchema, rest: {} },
];
/** Files of CI systems, which only have to be YAML. */
const FOREIGN =
  /^(?:\.github\/workflows\/[\w-]+\.yml|\.gitlab-ci\.yml|\.circleci\/config\.yml|\.buildkite\/pipeline\.yml|(?:azure|bitbucket)-pipelines\.yml)$/;

/** What is wrong with a block; only a module that is not there to be loaded is not. */
function problemsOf({ page, text, ...named }: Block): readonly Problem[] {
  // The generated page shows metrics as a suite has them
  const { file, isPart } = page === 'docs/reference/metrics.md' ? { file: 'x.eval.yaml', isPart: true } : named;
  const { data, source, problems: faults } = parseYaml(file ?? page, text);
  if (faults.length > 0 || FOREIGN.test(file ?? '')) return faults;
  const format = FORMATS.find(({ ending }) => ending.test(file ?? ''));
  if (!format) return [{ file: page, line: 1, column: 1, message: `the first line names no file: ${text}` }];
  const problems: Problem[] = [];
  check(format.schema, isPart ? { ...format.rest, ...(data as object) } : data, source, problems);
  for (const path of WHERE_METRICS_STAND) {
    const written = path.reduce<unknown>((node, key) => (node as Record<string, unknown> | undefined)?.[key], data);
    if (!Array.isArray(written)) continue;
    // Those of a suite are checked with it
    const entries = check(metricsSchema, written, source, path[0] === 'live' ? problems : []);
    problems.push(...resolveMetricEntries(entries ?? [], metricNames, source, path).problems);
  }
  return problems.filter(({ message }) => !/^unknown (?:metric|type) "\.\.?\//.test(message));
}

describe('YAML in the docs', () => {
  it.each(yamlBlocks)('$page: $file', (block) => {
    expect(problemsOf(block)).toEqual([]);
  });

  it('is wrong when it is', () => {
    const block = blockOf(
      'docs/x.md',
      'yaml',
      '# evals/x.eval.yaml (part)\nmetrics: [{ metric: contains, valeu: x }]\n',
    );
    expect(problemsOf(block).map(({ message }) => message)).toEqual(['unknown key valeu (did you mean value?)']);
    expect(problemsOf(blockOf('docs/x.md', 'yaml', 'prompt: x\n'))).toHaveLength(1);
  });

  it.each(projectPages)('the files of %s are a project that loads', async (path) => {
    const project = await projectOf(path);
    const { suites } = await loadProject({ cwd: project.dir });
    expect(suites.size).toBe(1);
  });

  it('docs/reference/gates.md shows what its gates say', async () => {
    const project = await projectOf('docs/reference/gates.md');
    const { stdout } = await runCli(['eval', '--no-cache'], { cwd: project.dir });
    const [shown = ''] = pageAt('docs/reference/gates.md')
      .blocks.filter(({ language }) => language === 'text')
      .map(({ text }) => withoutTimes(text));
    expect(withoutTimes(stdout)).toContain(`${shown}\n`);
    const { gates, exitCode } = await evaluate({ cwd: project.dir, cache: false });
    const text = pageAt('docs/reference/gates.md').text.replace(/\s+/g, ' ');
    expect(gates.filter(({ verdict, message }) => verdict !== 'pass' && !text.includes(message))).toEqual([]);
    expect(text).toContain(`(exit code ${exitCode}): 1 of ${gates.length} gates fails`);
  });

  it('docs/guide/extending.md shows what its program says', async () => {
    const project = await projectOf('docs/guide/extending.md');
    const { status, stdout, stderr } = spawnSync(process.execPath, ['run.mjs'], { cwd: project.dir, encoding: 'utf8' });
    expect([status, stderr]).toEqual([0, '']);
    expect(pageAt('docs/guide/extending.md').text).toContain(stdout);
  });
});

describe('docs/guide/getting-started.md shows what the program prints', () => {
  const [green = '', red = '', changed = ''] = pageAt('docs/guide/getting-started.md')
    .blocks.filter(({ language }) => language === 'text')
    .map(({ text }) => withoutTimes(text));

  it('in every step', async () => {
    const project = await makeProject({});
    const evaluated = async () => {
      const { code, stdout, stderr } = await runCli(['eval'], { cwd: project.dir });
      return { code, text: withoutTimes(stdout + stderr) };
    };
    await runCli(['init'], { cwd: project.dir });
    expect(await evaluated()).toEqual({ code: 0, text: `${green}\n` });

    const [suitePath, promptPath] = ['evals/support-reply.eval.yaml', 'prompts/support-reply.prompt.yaml'];
    const [suite, prompt] = [await project.read(suitePath), await project.read(promptPath)];
    const edited = suite
      .replace('expected: 30 days', 'expected: 31 days')
      .replace('expected: 5 business', 'expected: 4 business')
      .replace('expected: $50', 'expected: $60');
    await project.write(suitePath, edited);
    const failed = await evaluated();
    expect(failed.code).toBe(1);
    expect(failed.text).toContain(`${red}\n`);

    await project.write(suitePath, suite);
    await project.write(promptPath, prompt.replace('at most', 'no more than'));
    expect(await evaluated()).toEqual({ code: 2, text: `${changed}\n` });
  });
});

function withoutTimes(text: string): string {
  return text
    .replace(/(?:\d+ms|\d+(?:\.\d+)?s)$/gm, 'some ms')
    .replace(/run \d{8}-\d{6}-\w{4} of \d{4}-\d\d-\d\d/g, 'run RUN of DAY');
}

/** A project of the named blocks of a page. Its modules find llmci as it was built. */
async function projectOf(path: string): Promise<Project> {
  const blocks = pageAt(path).blocks.filter(({ file, isPart, language }) => file && !isPart && language !== 'text');
  const files = blocks.map(({ file, text }) => [file ?? '', text.replace(/^.*\n/, '')] as const);
  const project = await makeProject(Object.fromEntries(files));
  await mkdir(project.path('node_modules'));
  symlinkSync(root, project.path('node_modules', 'llmci'), 'junction');
  symlinkSync(join(root, 'node_modules', 'zod'), project.path('node_modules', 'zod'), 'junction');
  return project;
}

function pageAt(path: string): Page {
  const page = pages.find((candidate) => candidate.path === path);
  if (!page) throw new Error(`there is no page ${path}`);
  return page;
}

type Names = keyof typeof commands;

/** A command as commander knows it, which does nothing when it is called. */
async function commandOf(name: Names): Promise<Command> {
  const command = new Command(name).helpOption('-h, --help').exitOverride();
  command.configureOutput({ writeErr: () => undefined, writeOut: () => undefined });
  (await commands[name].load()).configure(command, process, () => undefined);
  return command.action(() => undefined);
}

/** The arguments of every call of llmci in some shell code. */
function callsIn(code: string): string[][] {
  // A variable may stand for anything; 1 is a number, a name and a file
  const written = code.replace(/\$\{\{.*?\}\}|\$[A-Z_]\w*/g, '1');
  const text = written.replace(/\\\n/g, ' ').replace(/#.*$/gm, '');
  return text.split(/\n|&&|\|\||;|\|/).flatMap((part) => {
    const words = [...part.matchAll(/(?:[^\s"']|"[^"]*"|'[^']*')+/g)].map(([word]) => word.replace(/["']/g, ''));
    const start = words.findIndex((word) => /^llmci(?:@\S+)?$/.test(word));
    const isCalled =
      start >= 0 && words.slice(0, start).every((word) => /^(?:npx|--yes|-|run:|\$|\w+=\S*)$/.test(word));
    const args = words.slice(start + 1);
    const end = args.findIndex((word) => /^\d?>/.test(word));
    return isCalled ? [end < 0 ? args : args.slice(0, end)] : [];
  });
}

describe('commands in the docs', () => {
  const calls = pages.flatMap(({ path, blocks, spans }) =>
    [
      ...blocks.filter(({ language }) => ['sh', '', 'yaml'].includes(language)).map(({ text }) => text),
      ...spans,
    ].flatMap((code) => callsIn(code).map((args) => ({ path, call: args.join(' '), args }))),
  );

  it('are found', () => expect(calls.length).toBeGreaterThan(50));

  it.each(calls)('$path: llmci $call', async ({ args: [name = '--help', ...rest] }) => {
    if (name.startsWith('-')) return expect(['--help', '--version', '-h', '-V']).toContain(name);
    expect(Object.keys(commands)).toContain(name);
    // Mentioned without its arguments, a command is only named
    if (rest.length === 0 || rest.includes('--help')) return;
    const command = await commandOf(name as Names);
    await expect(command.parseAsync(rest, { from: 'user' })).resolves.toBe(command);
  });

  it('every flag that is named exists', async () => {
    const known = new Set(['--help', '--version']);
    for (const name of Object.keys(commands) as Names[]) {
      for (const { long } of (await commandOf(name)).options) if (long) known.add(long);
    }
    const named = pages.flatMap(({ path, blocks, spans }) => {
      const own = [...spans, ...blocks.filter(({ language }) => language === 'text').map(({ text }) => text)];
      // What stands before llmci in a line is a flag of another program
      const texts = own
        .map((text) => text.replace(/^.*\bllmci\b/, ''))
        .filter((text) => !/^(?:npm|git|node|jq) /.test(text));
      return texts.flatMap((text) => [...text.matchAll(/(?<![\w-])--[a-z][\w-]*/g)].map(([flag]) => ({ path, flag })));
    });
    expect(named.length).toBeGreaterThan(30);
    expect(named.filter(({ flag }) => !known.has(flag))).toEqual([]);
  });

  it('help fits into a terminal of 80 columns', async () => {
    for (const name of ['', ...Object.keys(commands)]) {
      const { stdout } = await runCli([name, '--help'].filter(Boolean), { cwd: root });
      const lines = stdout.split('\n');
      expect(lines.length).toBeGreaterThan(5);
      expect([name, lines.filter((line) => line.length > 80)]).toEqual([name, []]);
    }
  });

  it('every flag that a message gives a command is one of its own', async () => {
    const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' });
    const advice = files
      .filter((file) => /(?<!\.test)\.ts$/.test(file))
      .flatMap((file) => [
        ...readFileSync(join(root, 'src', file), 'utf8').matchAll(/\bllmci ([a-z]+)((?: (?!llmci\b)[^\s`'";,)]+)+)/g),
      ])
      .filter(([, name = '', rest = '']) => Object.hasOwn(commands, name) && rest.includes(' --'));
    expect(advice.length).toBeGreaterThan(50);
    for (const [text, name = '', rest = ''] of advice) {
      const own = (await commandOf(name as Names)).options.map(({ long }) => long ?? '');
      const flags = [...rest.matchAll(/ (--[a-z][\w-]*)/g)].map(([, flag]) => flag);
      expect([text, flags.filter((flag) => ![...own, '--help'].includes(flag ?? ''))]).toEqual([text, []]);
    }
  });

  it.each(Object.keys(commands) as Names[])('docs/reference/cli.md tells every flag of %s', async (name) => {
    const section =
      pageAt('docs/reference/cli.md')
        .text.split(/^## /m)
        .find((text) => text.startsWith(`${name}\n`)) ?? '';
    const options = (await commandOf(name)).options.map(({ long }) => long ?? '');
    const rows = [...section.matchAll(/^\| `(--[\w-]+)/gm)].map(([, flag]) => flag);
    expect(rows.sort()).toEqual(options.sort());
    // …and shows it in an example
    for (const flag of options) expect(section.split('```sh')[1]).toContain(flag);
  });
});

describe('keys in the docs', () => {
  it.each([
    ['prompt', 'docs/reference/files.md'],
    ['thresholds', 'docs/reference/files.md docs/reference/gates.md docs/reference/metrics.md'],
    ['suite', 'docs/reference/files.md docs/reference/gates.md docs/reference/metrics.md'],
    ['config', 'docs/reference/config.md'],
    ['run-record', 'docs/reference/reports.md'],
  ] as const)('every key of the format %s is told in %s', (format, paths) => {
    const schema = jsonSchemaOf(format);
    const keys = format === 'run-record' ? Object.keys(schema['properties'] as object) : keysOf(schema);
    const spans = paths.split(' ').flatMap((path) => pageAt(path).spans);
    const told = new Set(spans.flatMap((span) => span.match(/[A-Za-z][A-Za-z0-9]*/g) ?? []));
    expect(keys.length).toBeGreaterThan(2);
    expect([...new Set(keys)].filter((key) => !told.has(key))).toEqual([]);
  });
});

function keysOf(node: unknown): string[] {
  if (node === null || typeof node !== 'object') return [];
  return Object.entries(node).flatMap(([key, value]) =>
    key === 'properties' ? [...Object.keys(value), ...Object.values(value).flatMap(keysOf)] : keysOf(value),
  );
}

describe('links in the docs', () => {
  const links = pages.flatMap(({ path, links: hrefs }) => hrefs.map((href) => ({ path, href })));
  const relative = links.filter(({ href }) => !/^[a-z]+:/.test(href));

  it.each(relative)('$path: $href', ({ path, href }) => {
    const [file = '', anchor] = href.split('#');
    const target = file === '' ? path : join(dirname(path), file);
    expect(existsSync(resolve(root, target)), `there is no ${target}`).toBe(true);
    if (anchor === undefined) return;
    const page = pages.find((candidate) => candidate.path === target);
    expect([...(page?.anchors ?? [])]).toContain(anchor);
  });

  it('README leads to every page', () => {
    const targets = relative.filter(({ path }) => path === 'README.md').map(({ href }) => href);
    expect(pages.map(({ path }) => path).filter((path) => path !== 'README.md' && !targets.includes(path))).toEqual([]);
  });
});

it('no page has tags of HTML, which a reader would not see', () => {
  const tags: string[] = [];
  for (const { path, text } of pages)
    walkTokens(lexer(text), (token) => {
      if (token.type === 'html' && !token.text.startsWith('<!--')) tags.push(`${path}: ${token.text}`);
    });
  expect(tags).toEqual([]);
});

/** Files of tests that a text names. */
const testFiles = (text: string): string[] => [...new Set(text.match(/(?:src|test)\/[\w/.-]+\.test\.ts/g))];

it.each(['docs/reference/security.md', 'docs/reference/reliability.md'])('%s names tests that are there', (path) => {
  const { text } = pageAt(path);
  const sources = new Map(
    testFiles(text).map((file) => [file, existsSync(join(root, file)) ? readFileSync(join(root, file), 'utf8') : null]),
  );
  const isInOne = (files: readonly string[], name: string) => files.some((file) => sources.get(file)?.includes(name));
  const rows = text.split(/^## /m).flatMap((section) => {
    const heading = testFiles(section.split(/^\|/m)[0] + (/^\|.*\btest\b.*/m.exec(section)?.[0] ?? ''));
    const cells = section.split('\n').flatMap((line) => (line.startsWith('|') ? (line.split('|').at(-2) ?? '') : []));
    let above: readonly string[] = heading;
    return cells.map((cell) => {
      const own = testFiles(cell);
      // "The same" is what the row above names; a cell without a file means what stands above the table
      const files = cell.includes('the same') ? [...above, ...own] : own.length > 0 ? own : heading;
      above = files;
      return { cell, files };
    });
  });
  expect(sources.size).toBeGreaterThan(5);
  expect([...sources].filter(([, source]) => source === null)).toEqual([]);
  expect(
    rows.flatMap(({ cell, files }) =>
      [...cell.matchAll(/"([^"]+)"/g)].flatMap(([, name = '']) => (isInOne(files, name) ? [] : { files, name })),
    ),
  ).toEqual([]);
  expect(rows.filter(({ cell }) => cell.includes('of that name'))).toEqual([]);
});

it('every decision has a date, the newest is last, and none stands twice', () => {
  const sections = pageAt('docs/internals/decisions.md').text.split(/^## /m).slice(1);
  const titles = sections.map((section) => section.split('\n')[0]);
  // In the first line below the title, or behind the title itself
  const dates = sections.map((section) => /^.*\n*.*?(\d{4}-\d\d-\d\d)|$/.exec(section)?.[1] ?? section.split('\n')[0]);
  expect(dates.filter((date = '') => !/^\d{4}-\d\d-\d\d$/.test(date))).toEqual([]);
  expect(dates).toEqual([...dates].sort());
  expect(titles).toEqual([...new Set(titles)]);
});
