import { digest } from '../../core/text/canonical.js';
import type { AnyMetric } from '../../metrics/contract.js';
import type { AnyProvider } from '../../providers/contract/provider.js';
import { PathError } from '../../store/files/read-file.js';
import { followCode } from '../source/code-files.js';
import { placeOfFile, type RootPath } from '../source/files.js';
import { type Kinds, ModuleError } from './definition.js';
import type { ModuleThread } from './module-thread.js';

/** How long the result of one call of a tool may take, in milliseconds. */
const TOOL_MS = 30_000;

/** Whether a metric, provider or tool is named by the path of a module of the project. */
export function isModulePath(name: string): boolean {
  // One with a backslash too: where it is resolved it is told what to write
  return /^\.{1,2}[\\/]/.test(name);
}

/**
 * The metrics and providers that modules of the project export as their default. Loading one runs the project's own code,
 * in a thread of its own: only suites, llmci.yaml and the tools of prompts can name one, never a dataset.
 */
export class ModuleThreads {
  readonly #root: string;
  readonly #threads = new Map<string, ModuleThread>();
  readonly #secrets: string[] = [];

  constructor(root: string) {
    this.#root = root;
  }

  /** Keeps secrets out of what modules print and fail with, from the next thread on. */
  hide(secrets: readonly string[]): void {
    this.#secrets.push(...secrets);
  }

  /** Throws PathError with what is wrong with the module. */
  async metric(path: RootPath): Promise<AnyMetric> {
    const thread = await this.#threadOf(path, 'metric');
    const { threadedMetric } = await import('./threaded-metric.js');
    return threadedMetric(thread, await asPathError(() => thread.load()));
  }

  /**
   * The provider of a module. Its path is a part of its identity: modules choose the name of their type freely, and the
   * answers of one must never be taken for those of another; so is its code, for what it answered before it was changed is
   * no evidence. Throws PathError with what is wrong with the module.
   */
  async provider(path: RootPath): Promise<AnyProvider> {
    const thread = await this.#threadOf(path, 'provider');
    const { threadedProvider } = await import('./threaded-provider.js');
    const definition = threadedProvider(thread, await asPathError(() => thread.load()));
    const code = await digestModule(this.#root, path);
    const own = { module: path, code };
    return { ...definition, module: path, identity: (config) => ({ ...definition.identity(config), ...own }) };
  }

  /** The function of a module that gives the results of a tool's calls. Throws PathError with what is wrong with it. */
  async tool(path: RootPath): Promise<(args: unknown, call: object, signal: AbortSignal) => Promise<unknown>> {
    const thread = await this.#threadOf(path, 'tool');
    await asPathError(() => thread.load());
    return (args, call, signal) =>
      thread.call('respond', [args, call], {
        limitMs: TOOL_MS,
        again: true,
        signal,
        onAsk: () => Promise.reject(new Error('tools ask for nothing')),
      });
  }

  /** What modules did to their threads while nobody waited for them. */
  get faults(): readonly string[] {
    return [...this.#threads.values()].flatMap(({ faults }) => faults);
  }

  /** Ends all threads. What is called afterwards starts them anew. */
  async close(): Promise<void> {
    await Promise.all([...this.#threads.values()].map((thread) => thread.close()));
  }

  async #threadOf(path: RootPath, kind: keyof Kinds): Promise<ModuleThread> {
    const place = await placeOfFile(this.#root, path);
    const { ModuleThread } = await import('./module-thread.js');
    const name = `${kind} ${path}`;
    const thread = this.#threads.get(name) ?? new ModuleThread(place, path, kind, this.#secrets);
    this.#threads.set(name, thread);
    return thread;
  }
}

async function asPathError<T>(load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    if (!(error instanceof Error) || error.name !== ModuleError.name) throw error;
    throw new PathError(error.message);
  }
}

/** The digest of each module, by its path. */
export async function digestModules(root: string, paths: Iterable<RootPath>): Promise<ReadonlyMap<RootPath, string>> {
  const digests = new Map<RootPath, string>();
  for (const path of new Set(paths)) digests.set(path, await digestModule(root, path));
  return digests;
}

/** The digest of a module's file and of what it imports by relative paths; that of its file where it imports nothing so. */
async function digestModule(root: string, path: RootPath): Promise<string> {
  const files = [...(await followCode(root, [path]))];
  const [[, own] = []] = files;
  if (own === undefined) throw new PathError(`${path} cannot be read`);
  return files.length === 1 ? own : digest(files.sort(([a], [b]) => (a < b ? -1 : 1)));
}
