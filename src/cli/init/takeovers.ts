import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { placeInText } from '../../core/text/text-place.js';
import { importers } from '../../importers/index.js';
import { readTextIfThere } from '../../project/source/files.js';
import { PathError } from '../../store/files/read-file.js';
import { browse } from './browse.js';

/** Something that is there already and that llmci would take over. */
export interface Takeover {
  /** Where it is: a file, a folder, or `FILE:LINE`, by its path from the root. */
  readonly place: string;
  /** What takes it over: a command, or what to do. */
  readonly how: string;
}

export interface Takeovers {
  readonly found: readonly Takeover[];
  /** False where the repository is larger than what was looked at. */
  readonly isWhole: boolean;
}

/** Formats whose files are known by their names alone. */
const BY_NAME = ['promptfoo', 'github', 'dotprompt', 'prompty'];
const CODE = /\.(?:[cm]?[jt]sx?|py|ipynb|go|rb|php|java|kts?|cs|rs|swift|scala|exs?)$/;
const LARGEST_BYTES = 256 * 1024;
/** What is read altogether. */
const MOST_BYTES = 64 * 1024 * 1024;
/** More places of calls say nothing more. */
const MOST_CALLS = 3;

/** What JSON files of these formats have, whatever they are called. */
const JSON_SIGNS: Readonly<Record<string, RegExp>> = {
  openai: /"testing_criteria"\s*:|"id"\s*:\s*"pmpt_\w{3,}"/,
  langfuse:
    /"prompt"\s*:[\s\S]*"labels"\s*:\s*\[[\s\S]*"version"\s*:|"version"\s*:[\s\S]*"labels"\s*:\s*\[[\s\S]*"prompt"\s*:/,
};
const HOSTED_PROMPT = /\bpmpt_[0-9a-zA-Z]{8,}/;
/** Calls of the SDKs and services that are met most. */
const MODEL_CALL = new RegExp(
  [
    String.raw`\.(?:chat\.completions|beta\.chat\.completions|responses|messages)\.(?:create|parse|stream)\(`,
    String.raw`\b(?:generateText|streamText|generateObject|streamObject)\(`,
    String.raw`\b(?:ChatOpenAI|ChatAnthropic|AzureChatOpenAI|init_chat_model|initChatModel)\(`,
    String.raw`\blitellm\.a?completion\(|\.(?:generate_content|generateContent)\(`,
    String.raw`\b(?:Chat\.Completions\.New|Messages\.New|Responses\.New)\(`,
    String.raw`https://api\.(?:openai|anthropic|mistral)\.(?:com|ai)/v1/`,
  ].join('|'),
);

/**
 * Looks for what other tools and the app's own code keep of prompts: in the names of files, and in the text of code. Nothing
 * is run, and of a large repository only the nearest part is read.
 */
export async function findTakeovers(root: string): Promise<Takeovers> {
  const { paths, isWhole } = await browse(root);
  const files = BY_NAME.flatMap((format) => filesOf(format, paths));
  const code = await searchTexts(
    root,
    paths.filter((path) => CODE.test(path) || path.endsWith('.json')),
  );
  return { found: [...files, ...code.found], isWhole: isWhole && code.isWhole };
}

/** The files of a format: one by its name, more by the folders that they are in. Those of llmci itself are left out. */
function filesOf(format: string, paths: readonly string[]): readonly Takeover[] {
  const importer = importers.find((each) => each.format === format);
  const own = paths.filter((path) => importer?.isSource(path) && !/^(?:prompts|evals|fixtures)\//.test(path));
  const folders = new Map<string, string[]>();
  for (const path of own) folders.set(dirname(path), [...(folders.get(dirname(path)) ?? []), path]);
  return [...folders].map(([folder, inside]) => {
    const [only = folder] = inside;
    const source = inside.length === 1 ? only : folder;
    return {
      place: inside.length === 1 ? only : `${folder} (${inside.length} files)`,
      how: `npx llmci import ${format} ${quoted(source)}`,
    };
  });
}

async function searchTexts(root: string, paths: readonly string[]): Promise<Takeovers> {
  const found: Takeover[] = [];
  const calls: string[] = [];
  let bytes = 0;
  for (const path of paths) {
    if (bytes >= MOST_BYTES) return { found: [...found, ...describeCalls(calls)], isWhole: false };
    const text = await readSmall(root, path);
    if (text === null) continue;
    bytes += text.length;
    if (path.endsWith('.json')) {
      const format = Object.keys(JSON_SIGNS).find((each) => JSON_SIGNS[each]?.test(text));
      if (format !== undefined) found.push({ place: path, how: `npx llmci import ${format} ${quoted(path)}` });
      continue;
    }
    const id = HOSTED_PROMPT.exec(text);
    if (id)
      found.push({
        place: `${path}:${placeInText(text, id.index).line}`,
        how: `npx llmci import openai FILE, a file with the prompt ${id[0]} as OpenAI's dashboard shows it: calls that name it fail after 2026-11-30`,
      });
    const call = MODEL_CALL.exec(text);
    if (call) calls.push(`${path}:${placeInText(text, call.index).line}`);
  }
  return { found: [...found, ...describeCalls(calls)], isWhole: true };
}

function describeCalls(calls: readonly string[]): readonly Takeover[] {
  const shown = calls.slice(0, MOST_CALLS);
  const rest = calls.length - shown.length;
  return shown.map((place, index) => ({
    place,
    how: `calls a model: write its messages into prompts/, and get them with llmci/runtime${index === shown.length - 1 && rest > 0 ? ` (so do ${rest} more files)` : ''}`,
  }));
}

async function readSmall(root: string, path: string): Promise<string | null> {
  try {
    const { size } = await stat(join(root, path));
    return size > LARGEST_BYTES ? null : await readTextIfThere(root, path);
  } catch (error) {
    if (error instanceof PathError || (error as NodeJS.ErrnoException).code !== undefined) return null;
    throw error;
  }
}

/** As a shell takes it. */
function quoted(path: string): string {
  return /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`;
}
