import { type FSWatcher, watch } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { isInside, pathFrom } from '../files/places.js';
import { ignoredPaths } from './ignored-paths.js';

/** Where people write files that git need not have. */
const OURS = new Set(['prompts', 'evals', 'fixtures']);
/** Not to be watched where there is no git to say so. */
const FOREIGN = new Set(['node_modules', '__pycache__']);

/** What a watch tells. */
export interface WatchListener {
  /** Something was made, written, moved or removed at a path from the root; of one file it may be told several times. */
  readonly onChange: (path: string) => void;
  /** Changes in a folder cannot be seen. */
  readonly onTrouble: (path: string, error: Error) => void;
}

/**
 * Tells of changes in a folder and those below it. Each folder has a watcher of its own: node's recursive ones throw where
 * nobody can catch it when a file goes away on Linux (nodejs/node#52018), and watch what git ignores. Left out are folders
 * whose names begin with a dot, packages, and what git ignores, unless it is added.
 */
export class FolderWatch {
  readonly #root: string;
  readonly #leftOut: string;
  readonly #listener: WatchListener;
  readonly #watchers = new Map<string, FSWatcher>();
  #closed = false;

  /** `leftOut` is a folder that llmci itself writes to. */
  static async open(root: string, leftOut: string, listener: WatchListener): Promise<FolderWatch> {
    const opened = new FolderWatch(root, leftOut, listener);
    await opened.#enter(root);
    return opened;
  }

  private constructor(root: string, leftOut: string, listener: WatchListener) {
    this.#root = root;
    this.#leftOut = leftOut;
    this.#listener = listener;
  }

  get folders(): number {
    return this.#watchers.size;
  }

  /** Watches a folder, and not those below it, that would be left out. */
  add(folder: string): void {
    this.#watch(folder);
  }

  close(): void {
    this.#closed = true;
    for (const watcher of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
  }

  async #enter(folder: string): Promise<void> {
    const level = [folder];
    while (level.length > 0) {
      const below = (await Promise.all(level.splice(0).map((each) => this.#foldersIn(each)))).flat();
      level.push(...(await this.#unlessIgnored(below)));
    }
  }

  /** Watches a folder and returns those in it that may be watched too. */
  async #foldersIn(folder: string): Promise<readonly string[]> {
    // Watched before it is read: what is made in between is seen twice, and not missed
    if (!this.#watch(folder)) return [];
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    return entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(folder, name));
  }

  async #unlessIgnored(folders: readonly string[]): Promise<readonly string[]> {
    const wanted = folders.filter((folder) => {
      const name = folder.slice(folder.lastIndexOf(sep) + 1);
      return !name.startsWith('.') && !FOREIGN.has(name) && !isInside(this.#leftOut, folder);
    });
    const ignored = await ignoredPaths(
      this.#root,
      wanted.map((folder) => this.#pathOf(folder)),
    );
    return wanted.filter((folder) => {
      const path = this.#pathOf(folder);
      return OURS.has(path.split('/')[0] ?? '') || !ignored.has(path);
    });
  }

  #watch(folder: string): boolean {
    if (this.#closed || this.#watchers.has(folder)) return false;
    try {
      const watcher = watch(folder);
      watcher.on('change', (event, name) => {
        const path = name === null ? folder : join(folder, name.toString());
        if (isInside(this.#leftOut, path)) return;
        this.#listener.onChange(this.#pathOf(path));
        if (event === 'rename') void this.#look(path);
      });
      // Windows refuses to watch a folder that was removed
      watcher.on('error', () => this.#forget(folder));
      this.#watchers.set(folder, watcher);
      return true;
    } catch (error) {
      const gone = (error as NodeJS.ErrnoException).code === 'ENOENT';
      if (!gone && error instanceof Error) this.#listener.onTrouble(this.#pathOf(folder), error);
      return false;
    }
  }

  /** A folder that was made, or another one of the same name, is watched; all that is in it is new. */
  async #look(path: string): Promise<void> {
    this.#forget(path);
    const stats = await lstat(path).catch(() => null);
    if (!stats?.isDirectory()) return;
    const [folder] = await this.#unlessIgnored([path]);
    if (folder === undefined) return;
    await this.#enter(folder);
    const files = await readdir(folder, { recursive: true, encoding: 'utf8' }).catch(() => []);
    for (const file of files) this.#listener.onChange(this.#pathOf(join(folder, file)));
  }

  /** Lets go of a folder that is not there any more, and of those below it. */
  #forget(folder: string): void {
    for (const [each, watcher] of this.#watchers) {
      if (!isInside(folder, each)) continue;
      watcher.close();
      this.#watchers.delete(each);
    }
  }

  #pathOf(place: string): string {
    return pathFrom(this.#root, place);
  }
}
