import { hash } from 'node:crypto';
import { pathToFileURL } from 'node:url';
import type { AnyMetric } from '../metrics/contract.js';
import type { AnyProvider } from '../providers/provider.js';
import { PathError } from '../store/read-file.js';
import { placeOfFile, type RootPath, readBytes } from './files.js';

/** Whether a metric or provider is named by the path of a module of the project. */
export function isModulePath(name: string): boolean {
  // One with a backslash too: where it is resolved it is told what to write
  return /^\.{1,2}[\\/]/.test(name);
}

interface Kinds {
  readonly metric: AnyMetric;
  readonly provider: AnyProvider;
}

/** What a definition has besides its type, to tell a wrong export before it is used. */
const REQUIRED: { readonly [Kind in keyof Kinds]: readonly (keyof Kinds[Kind])[] } = {
  metric: ['describe', 'params', 'unit', 'better', 'score'],
  provider: ['describe', 'config', 'identity', 'create'],
};

/**
 * Imports the metric or provider that a module of the project exports as its default. This runs the project's own
 * code: only suites and llmci.yaml can name a module, never a prompt or a dataset. Throws PathError with what is wrong.
 */
export async function loadModule<Kind extends keyof Kinds>(
  root: string,
  path: RootPath,
  kind: Kind,
): Promise<Kinds[Kind]> {
  const place = await placeOfFile(root, path);
  let exported: unknown;
  try {
    exported = ((await import(pathToFileURL(place).href)) as { default?: unknown }).default;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ERR_UNKNOWN_FILE_EXTENSION' && /\.[cm]?ts$/.test(path)) {
      throw new PathError(
        `this Node (${process.version}) does not read TypeScript, as ${path} is: use Node 22.18 or later, or compile it to .mjs and name that`,
      );
    }
    const missing = code === 'ERR_MODULE_NOT_FOUND';
    throw new PathError(
      missing
        ? `cannot import ${path}: ${(error as Error).message.split('\n')[0]}`
        : `${path} throws when it is imported: ${String(error)}`,
    );
  }
  const definition = exported as Kinds[Kind] | null | undefined;
  const absent = REQUIRED[kind].filter((key) => definition?.[key] === undefined);
  if (typeof definition !== 'object' || typeof definition?.type !== 'string' || absent.length > 0) {
    const lacking = absent.length > 0 && definition ? `; it lacks ${absent.join(', ')}` : '';
    const define = kind === 'metric' ? 'defineMetric' : 'defineProvider';
    throw new PathError(
      `${path} has no ${kind} as its default export (use ${define} from 'llmci'; see docs/guide/extending.md)${lacking}`,
    );
  }
  return definition;
}

/**
 * Imports the provider of a module. Its path is a part of its identity: modules choose the name of their type freely, and
 * the answers of one must never be taken for those of another.
 */
export async function loadProviderModule(root: string, path: RootPath): Promise<AnyProvider> {
  const definition = await loadModule(root, path, 'provider');
  return { ...definition, module: path, identity: (config) => ({ ...definition.identity(config), module: path }) };
}

/** The digest of each module's own file, by its path. What a module imports is not followed: it may be any package. */
export async function digestModules(root: string, paths: Iterable<RootPath>): Promise<ReadonlyMap<RootPath, string>> {
  const digests = new Map<RootPath, string>();
  for (const path of new Set(paths)) digests.set(path, hash('sha256', await readBytes(root, path), 'hex'));
  return digests;
}
