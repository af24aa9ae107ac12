import { nameOfRelease } from '../core/releases/decision.js';
import { sealRelease } from '../core/releases/releases.js';
import type { AskedPrompt } from '../core/requests/asked-prompt.js';
import { sourceOf } from '../core/requests/media-source.js';
import { canonicalJson } from '../core/text/canonical.js';
import { invalidFiles, LlmciError } from '../core/text/errors.js';
import { isWrittenJson } from '../core/text/json-value.js';
import { readJson } from '../core/text/read-json.js';
import { didYouMean } from '../core/text/suggest.js';
import { writeJson } from '../core/text/write-json.js';
import { isRecord } from '../model/json.js';
import type { Person } from '../model/person.js';
import { blocks } from '../model/problem.js';
import type { PromptMessage } from '../model/prompt.js';
import type { Release } from '../model/release.js';
import { type LoadedPrompt, loadPrompts } from '../project/prompts/load-prompts.js';
import { readGit, tagCommit } from '../store/git/git.js';
import { writersSince } from '../store/git/writers.js';
import type { Delivery } from './delivery.js';
import { findEvidence } from './find-evidence.js';

/** What is to be frozen, and what is to be said of it. */
export interface Freeze {
  /** Ids; all prompts when there are none. */
  readonly prompts: readonly string[];
  /** The folder for runs. */
  readonly out: string;
  readonly by: Person;
  readonly note: string | null;
  /** Whether a git tag is made for each. */
  readonly tag: boolean;
  readonly dryRun: boolean;
}

/** What came of one prompt: a new release, or the one that its digest has already. */
export interface Frozen {
  readonly prompt: string;
  readonly release: Release;
  readonly isNew: boolean;
  /** Whether git could tell who has written it since the release before: else these could approve it. */
  readonly hasWriters: boolean;
}

/** Numbers that others took first are tried after. */
const TRIES = 50;

/** A release but for its number. */
type Unnumbered = Omit<Release, 'number' | 'hash'>;

/** What a release says of itself beside what its prompt is. */
type Origin = Pick<Unnumbered, 'commit' | 'dirty' | 'author' | 'writers' | 'at' | 'note' | 'evidence'>;

/**
 * Makes a release of every prompt whose digest has none yet. Throws `invalid-files`, `unknown-prompt`, `cannot-release`, and
 * `state-raced` where others take every number.
 */
export async function freezePrompts(delivery: Delivery, freeze: Freeze): Promise<readonly Frozen[]> {
  const { root, store, date } = delivery;
  const chosen = await choosePrompts(root, freeze.prompts);
  const numbers = await store.releases();
  const known = new Map<string, Release | null>();
  for (const { prompt } of chosen) {
    known.set(prompt.id, await releaseOfDigest(delivery, prompt.id, numbers.get(prompt.id) ?? [], prompt.digest));
  }
  const open = chosen.filter(({ prompt }) => !known.get(prompt.id));
  const evidence = await findEvidence(freeze.out, new Map(open.map(({ prompt }) => [prompt.id, prompt.digest])));
  const git = await readGit(root);
  const frozen: Frozen[] = [];
  for (const loaded of chosen) {
    const { id } = loaded.prompt;
    const release = known.get(id);
    if (release) {
      frozen.push({ prompt: id, release, isNew: false, hasWriters: true });
      continue;
    }
    const last = numbers.get(id)?.at(-1) ?? 0;
    const before = last > 0 ? await store.readRelease(id, last) : null;
    const writers = git && (await writersSince(root, before?.commit ?? null, loaded.files));
    const draft = draftOf(loaded, {
      ...{ commit: git?.commit ?? null, dirty: git?.dirty ?? null, author: freeze.by },
      ...(writers !== null && writers.length > 0 && { writers: [...writers] }),
      ...{ at: date().toISOString(), note: freeze.note, evidence: evidence.get(id) ?? null },
    });
    const made = await putUnderNextNumber(delivery, draft, last + 1, freeze);
    frozen.push({ prompt: id, release: made, isNew: true, hasWriters: git === null || writers !== null });
  }
  return frozen;
}

async function choosePrompts(root: string, ids: readonly string[]): Promise<readonly LoadedPrompt[]> {
  const { value, problems } = await loadPrompts(root);
  const { prompts } = value;
  const faults = problems.filter(blocks);
  if (faults.length > 0) throw invalidFiles(faults);
  const known = [...prompts.keys()].sort();
  if (ids.length === 0) return known.flatMap((id) => prompts.get(id) ?? []);
  return ids.map((name) => {
    const found = prompts.get(name);
    if (found) return found;
    throw new LlmciError('unknown-prompt', { name, guess: didYouMean(name, known), known: known.join(', ') || 'none' });
  });
}

async function releaseOfDigest(
  { store }: Delivery,
  prompt: string,
  numbers: readonly number[],
  digest: string,
): Promise<Release | null> {
  for (const number of [...numbers].reverse()) {
    const release = await store.readRelease(prompt, number);
    if (release?.digest === digest) return release;
  }
  return null;
}

function draftOf({ prompt, asked: { asked, code }, about }: LoadedPrompt, origin: Origin): Unnumbered {
  return {
    ...{ release: 1, prompt: prompt.id, digest: prompt.digest, asked: contentOf(prompt.path, asked) },
    ...(code.length > 0 && { code: code.map(([path, digest]): [string, string] => [path, digest]) }),
    ...{ declaredRisk: about.risk ?? null, ...origin },
  };
}

/** Keeps a release under the first number that is free, and tags its commit where that is asked. Throws `state-raced`. */
async function putUnderNextNumber(
  { store, root }: Delivery,
  { release: format, prompt, ...rest }: Unnumbered,
  next: number,
  { tag, dryRun }: Freeze,
): Promise<Release> {
  for (let number = next; number < next + TRIES; number++) {
    const release = sealRelease({ release: format, prompt, number, ...rest });
    if (dryRun) return release;
    if (!(await store.putRelease(release))) continue;
    const name = nameOfRelease(release);
    if (tag) await tagCommit(root, name, release.note ?? `${name} ${release.digest}`);
    return release;
  }
  throw new LlmciError('state-raced', { environment: prompt });
}

/** What a prompt asks, as it will be read again. Throws `cannot-release` for what JSON has no words for. */
function contentOf(path: string, asked: AskedPrompt['asked']): Release['asked'] {
  const content = readJson(writeJson(asked));
  const file = fileNamedIn(asked.messages);
  if (file !== null) {
    const why = `a message names the file ${file}, and a release holds no files`;
    throw new LlmciError('cannot-release', {
      path,
      why,
      remedy: 'Give it as a data: or https: URL, or as a variable.',
    });
  }
  if (!isWrittenJson(asked) || !isRecord(content)) {
    const why = 'a value in it is written as only YAML has it (like True, ~ or 0x1F), and is sent as it is written';
    throw new LlmciError('cannot-release', { path, why, remedy: 'Write it as a text, or as JSON has it.' });
  }
  if (canonicalJson(content) !== canonicalJson(asked)) {
    const why = 'a text in it has half of a character (a lone surrogate), which no file of JSON keeps';
    throw new LlmciError('cannot-release', { path, why, remedy: 'Write the whole character.' });
  }
  return content;
}

/** The first file that a part of a message is to come from; a template may become anything, and is the app's to give. */
function fileNamedIn(messages: readonly PromptMessage[]): string | null {
  const sources = messages.flatMap((message) => {
    const content = 'content' in message ? message.content : undefined;
    if (!Array.isArray(content)) return [];
    return content.flatMap((part) => ('text' in part ? [] : [sourceOf(part).source]));
  });
  return sources.find((source) => !/^(?:https|data):|\{[{%]/.test(source)) ?? null;
}
