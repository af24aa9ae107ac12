import { readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { nearestName } from '../../core/text/suggest.js';
import { atTop, type Problem, type Severity } from '../../model/problem.js';
import { partsOfName, topKeys } from './file-looks.js';
import { filesBelow, type RootPath } from './files.js';

/** What is read below each folder, by the word before the ending. */
const READ: Readonly<Record<string, readonly string[]>> = { prompts: ['prompt', 'thresholds'], evals: ['eval'] };
const WORDS = Object.values(READ).flat();
/** Names that people give our files; others are found by being near to ours. */
const OTHER_WORDS: Readonly<Record<string, string>> = {
  gate: 'thresholds',
  gates: 'thresholds',
  evaluation: 'eval',
  suite: 'eval',
};
/** Folders that people mean for ours, in small letters. */
const OTHER_FOLDERS = new Set([
  'prompt',
  'prompts',
  'eval',
  'evals',
  'evaluation',
  'evaluations',
  'suites',
  'threshold',
  'thresholds',
  'gates',
]);
/** Where our files may have been put, among files of all kinds. */
const UNLIKELY_FOLDERS = ['', 'test', 'tests'];
/** Prompt files of other tools. */
const FOREIGN = /\.(?:prompty|prompt|prompt\.(?:md|txt))$/i;

/** What a file seems to be: the word that it should have before its ending. */
interface Guess {
  readonly word: string;
  /** Whether it has this very word, so that only the ending or the folder is wrong. */
  readonly exact: boolean;
}

/**
 * Finds files that look like prompts, thresholds and suites and are not read, for their name or their folder: gates that are
 * not read fail nothing.
 */
export async function findStrayFiles(root: string): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  for (const [folder, words] of Object.entries(READ)) {
    // Folders that cannot be walked are reported by who reads the files in them
    for (const file of await filesBelow(root, folder, [''], [])) {
      if (isFolder(join(root, file))) continue;
      const guess = guessOf(basename(file)) ?? (await guessFromText(root, file));
      const isRead = words.some((word) => file.endsWith(`.${word}.yaml`) || file.endsWith(`.${word}.yml`));
      if (guess && !isRead) problems.push(stray(file, adviseOn(file, folder, guess), 'error'));
      else if (!guess && FOREIGN.test(file)) problems.push(stray(file, adviseOnForeign(file), 'warning'));
    }
  }
  return [...problems, ...(await findElsewhere(root))];
}

/** Our files in folders that are nearly ours, or in none. */
async function findElsewhere(root: string): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  const report = (file: RootPath, { word }: Guess, severity: Severity) =>
    void problems.push(stray(file, `.${word}.yaml files are read below ${homeOf(word)}/`, severity));
  for (const folder of foldersLikeOurs(root)) {
    for (const file of await filesBelow(root, folder, [''], [])) {
      if (isFolder(join(root, file))) continue;
      const guess = guessOf(basename(file)) ?? (await guessFromText(root, file));
      // What is called otherwise, and is no gate, may be of another tool
      if (guess) report(file, guess, guess.exact || guess.word === 'thresholds' ? 'error' : 'warning');
    }
  }
  for (const folder of UNLIKELY_FOLDERS) {
    for (const name of namesIn(join(root, folder))) {
      const guess = isFolder(join(root, folder, name)) ? null : guessOf(name);
      if (!guess?.exact) continue;
      report(folder === '' ? name : `${folder}/${name}`, guess, guess.word === 'thresholds' ? 'error' : 'warning');
    }
  }
  return problems;
}

/** `Evals`, `eval` and the like beside ours; where file names have no case `Evals` is `evals`, and a project is its own. */
function foldersLikeOurs(root: string): readonly string[] {
  const ours = Object.keys(READ).map((folder) => statSync(join(root, folder), { throwIfNoEntry: false })?.ino);
  return namesIn(root).filter((name) => {
    if (Object.hasOwn(READ, name) || !OTHER_FOLDERS.has(name.toLowerCase()) || !isFolder(join(root, name)))
      return false;
    const isProject = namesIn(join(root, name)).some((inner) => inner === 'llmci.yaml' || Object.hasOwn(READ, inner));
    return !isProject && !ours.includes(statSync(join(root, name)).ino);
  });
}

/** What a file is by its name; null when it need not be any of ours. */
function guessOf(name: string): Guess | null {
  if (FOREIGN.test(name)) return null;
  const { parts, endings } = partsOfName(name);
  const word = parts.length > 1 ? parts.at(-1) : undefined;
  if (!word) return null;
  if (WORDS.includes(word)) return { word, exact: true };
  // JSON files hold all kinds of things
  const isYaml = endings.some((ending) => /^ya?ml$/.test(ending));
  const meant = OTHER_WORDS[word] ?? (isYaml ? nearestName(word, WORDS) : null);
  return meant === null ? null : { word: meant, exact: false };
}

/** What a file is by its keys, for one whose name says nothing. */
async function guessFromText(root: string, file: RootPath): Promise<Guess | null> {
  if (partsOfName(basename(file)).endings.length === 0 && !file.endsWith('.prompt')) return null;
  const keys = await topKeys(root, file);
  const has = (...names: readonly string[]) => names.some((name) => keys.has(name));
  if (has('prompt', 'prompts') && has('cases', 'dataset', 'metrics', 'gates')) return { word: 'eval', exact: false };
  if (has('messages')) return { word: 'prompt', exact: false };
  return has('gates') ? { word: 'thresholds', exact: false } : null;
}

function adviseOn(file: RootPath, folder: string, { word, exact }: Guess): string {
  if (homeOf(word) !== folder) return `.${word}.yaml files are read below ${homeOf(word)}/`;
  if (!exact && /[^./]\.[^./]+\.ya?ml$/.test(file)) return `did you mean .${word}.yaml?`;
  const name = stem(file);
  if (name !== '') return `call it ${name}.${word}.yaml`;
  return word === 'thresholds' ? 'call it NAME.thresholds.yaml beside NAME.prompt.yaml' : `call it NAME.${word}.yaml`;
}

function stray(file: RootPath, advice: string, severity: Severity): Problem {
  return { ...atTop(file), message: `this file is not read: ${advice}`, rule: 'stray-file', severity };
}

function homeOf(word: string): string | undefined {
  return Object.keys(READ).find((folder) => READ[folder]?.includes(word));
}

/** Formats that an import takes over are named with the command. */
function adviseOnForeign(file: RootPath): string {
  const format = /\.prompty$/i.test(file) ? 'prompty' : /\.prompt$/i.test(file) ? 'dotprompt' : null;
  const how =
    format === null ? `write it as ${stem(file)}.prompt.yaml` : `llmci import ${format} ${file} takes it over`;
  return `a prompt of another tool; ${how}`;
}

/** What the file is about: its name without endings, and without the words that say what it is. */
function stem(file: RootPath): string {
  const [name = ''] = basename(file).replace(/^\./, '').split('.');
  const words = [...WORDS, ...Object.keys(OTHER_WORDS)].join('|');
  return name.replace(new RegExp(`^(?:${words})(?:[-_ ]|$)|[-_ ](?:${words})$`, 'i'), '');
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // no folder, no files in it
  }
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false; // a link to nowhere, or round in a circle
  }
}
