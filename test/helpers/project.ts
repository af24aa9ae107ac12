import { mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, extname, join, relative, sep } from 'node:path';
import { stringify } from 'yaml';
import { afterThisTest } from './cleanup.js';

/** A temporary folder with the files of a user's project. All paths are relative to it, with slashes. */
export interface Project {
  readonly dir: string;
  path(...parts: readonly string[]): string;
  read(path: string): Promise<string>;
  /** The parsed JSON file; narrow it yourself. */
  readJson(path: string): Promise<unknown>;
  write(path: string, content: string | object): Promise<void>;
  /** The paths of all files, sorted. */
  list(): Promise<readonly string[]>;
  remove(): Promise<void>;
}

/**
 * Makes a temporary project with these files. An object is written as YAML, JSON or (an array) JSON lines, by the
 * ending of its path; another ending throws. The folder goes away with the running test.
 */
export async function makeProject(files: Readonly<Record<string, string | object>> = {}): Promise<Project> {
  // The real path, as a child process reports it: the temporary folder of some systems is a link.
  const dir = await realpath(await mkdtemp(join(tmpdir(), 'llmci-project-')));
  const path = (...parts: readonly string[]) => join(dir, ...parts);
  const project: Project = {
    dir,
    path,
    read: (name) => readFile(path(name), 'utf8'),
    readJson: async (name) => JSON.parse(await readFile(path(name), 'utf8')) as unknown,
    write: async (name, content) => {
      await mkdir(dirname(path(name)), { recursive: true });
      await writeFile(path(name), typeof content === 'string' ? content : serialize(name, content));
    },
    list: async () => {
      const entries = await readdir(dir, { recursive: true, withFileTypes: true });
      const names = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
      return names.map((name) => relative(dir, name).split(sep).join('/')).sort();
    },
    remove: () => rm(dir, { recursive: true, force: true, maxRetries: 3 }),
  };
  afterThisTest(project.remove);
  for (const [name, content] of Object.entries(files)) await project.write(name, content);
  return project;
}

function serialize(name: string, content: object): string {
  switch (extname(name)) {
    case '.yaml':
    case '.yml':
      return stringify(content);
    case '.json':
      return `${JSON.stringify(content, null, 2)}\n`;
    case '.jsonl':
      if (Array.isArray(content)) return content.map((line) => `${JSON.stringify(line)}\n`).join('');
      throw new TypeError(`${name}: JSON lines are made of an array`);
    default:
      throw new TypeError(`${name}: only YAML and JSON files are made of objects`);
  }
}
