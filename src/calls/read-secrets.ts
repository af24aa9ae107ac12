import { readFileSync } from 'node:fs';
import { LlmciError } from '../core/text/errors.js';
import { looksSecret, passwordsIn } from '../core/text/secret-forms.js';
import { allEntries } from '../project/in-environment.js';
import type { Project } from '../project/load.js';
import { entriesByKey, type ProviderEntry } from '../providers/contract/entry.js';
import type { Lack } from '../providers/contract/provider.js';
import { placeNamed } from '../store/files/places.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** The secrets that some providers refer to: those that were found, and those that were not. */
export interface Secrets {
  /** Values by their reference (`env:NAME`). */
  readonly values: ReadonlyMap<string, string>;
  /** The first thing that a provider's calls need and that is not there, by the provider's name. */
  readonly missing: ReadonlyMap<string, Lack>;
}

/**
 * Looks up every secret of the providers, so that all values are known before anything is written anywhere. Of several keys
 * of a provider one is enough.
 */
export function readSecrets(providers: Iterable<ProviderEntry>, root: string, env: Environment): Secrets {
  const values = new Map<string, string>();
  const missing = new Map<string, Lack>();
  for (const entry of providers) {
    const lacks = entriesByKey(entry).map((each) => findOf(each, values, root, env));
    const [first = null] = lacks;
    if (first !== null && !lacks.includes(null)) missing.set(entry.name, first);
  }
  return { values, missing };
}

/** Adds the secrets of one way to make a provider; returns the first thing that it lacks. */
function findOf(
  { definition, config }: ProviderEntry,
  values: Map<string, string>,
  root: string,
  env: Environment,
): Lack | null {
  let lack: Lack | null = null;
  // The configuration was checked by this provider's own schema
  for (const reference of definition.secrets?.(config as never) ?? []) {
    const found = read(reference, root, env);
    if (typeof found === 'string') values.set(reference, found);
    else lack ??= found;
  }
  return lack ?? definition.lacks?.(config as never, { env, root }) ?? null;
}

/** Variables of services that people use beside the providers of their project. */
const OF_SERVICES =
  /^(?:(?:OPENAI|ANTHROPIC|AZURE_OPENAI|GEMINI|GOOGLE|MISTRAL|GROQ|OPENROUTER|COHERE|CO|TOGETHER|FIREWORKS|DEEPSEEK|XAI|PERPLEXITY|CEREBRAS|NVIDIA|REPLICATE|VOYAGE|JINA|LANGFUSE|LANGSMITH|BRAINTRUST|HUGGINGFACE|HUGGING_FACE_HUB|AI_GATEWAY)_(?:\w+_)?(?:KEY|TOKEN)|HF_TOKEN|AWS_(?:SECRET_ACCESS_KEY|SESSION_TOKEN|BEARER_TOKEN_BEDROCK)|(?:GITHUB|GH|GITLAB|BITBUCKET|NPM|NODE_AUTH|CI_JOB|ACTIONS_RUNTIME|ACTIONS_ID_TOKEN_REQUEST|SYSTEM_ACCESS)_?TOKEN)$/i;
/** Names that say that a variable holds a secret, which is believed when its value looks like one too. */
const BY_NAME =
  /(?:^|_)(?:(?:API|ACCESS|AUTH|PRIVATE)?(?:KEY|TOKEN)|SECRET|PASS(?:WORD|WD|PHRASE)?|PWD|CREDENTIALS?|PAT)(?:_|$)/i;

/**
 * The secrets in the environment that no provider refers to: a program, a module or a service may repeat them all the
 * same. Plain words are left out, since each would be blotted out wherever it stands.
 */
export function secretsOfEnvironment(env: Environment): readonly string[] {
  return Object.entries(env).flatMap(([name, written]) => {
    const value = written?.trim() ?? '';
    const isSecret = OF_SERVICES.test(name) || (BY_NAME.test(name) && looksSecret(value));
    return isSecret ? [value] : passwordsIn(value);
  });
}

/**
 * Every secret of a project and its environment, whichever providers run: what may be repeated nowhere. What a program or an
 * address gets by a variable of any name is one when it looks so.
 */
export function allSecrets(
  project: Pick<Project, 'root' | 'config' | 'providers' | 'prompts' | 'suites'>,
  env: Environment,
): readonly string[] {
  const entries = allEntries(project);
  const metrics = [...project.suites.values()].flatMap((suite) => suite.metrics);
  const responders = [...project.prompts.values()].flatMap(({ prompt }) => [
    ...(prompt.responses?.responders.values() ?? []),
  ]);
  const given = variablesIn([entries.map(({ config }) => config), metrics.map(({ params }) => params), responders]);
  return [
    ...readSecrets(entries, project.root, env).values.values(),
    ...given.map((name) => env[name]?.trim() ?? '').filter((value) => looksSecret(value)),
    ...secretsOfEnvironment(env),
  ];
}

/** The variables that a configuration names, in `env` of a program and as `env:NAME` within a text. */
function variablesIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [...value.matchAll(/\benv:(\w+)/g)].map(([, name = '']) => name);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]: [string, unknown]) =>
    key === 'env' && Array.isArray(member) ? member.map(String) : variablesIn(member),
  );
}

function read(reference: string, root: string, env: Environment): string | Lack {
  const [, kind, place = ''] = /^(env|file):(.+)$/.exec(reference) ?? [];
  if (kind === 'env') return env[place]?.trim() || { lack: `${place} is not set`, remedy: `Set ${place}` };
  try {
    const value = readFileSync(placeNamed(root, place), 'utf8').trim();
    return value || { lack: `the file ${place} is empty`, remedy: `Write the key into ${place}` };
  } catch (error) {
    if (error instanceof LlmciError)
      return { lack: `the file ${error.message}`, remedy: `Write the key into ${place} itself` };
    const { code } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' || code === 'ENOTDIR'
      ? { lack: `there is no file ${place}`, remedy: `Write the key into ${place}` }
      : { lack: `the file ${place} cannot be read (${code})`, remedy: `Make ${place} a file that can be read` };
  }
}
