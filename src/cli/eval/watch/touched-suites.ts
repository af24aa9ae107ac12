import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findAffected, type SuiteParts, sortChangedFiles } from '../../../core/scores/affected.js';
import { casesNamed } from '../../../core/scores/case-names.js';
import { type LoadOptions, loadProject, type Project } from '../../../project/load.js';
import { filesDigested, partsOfSuites } from '../../../runs/suite-parts.js';
import { pathFrom } from '../../../store/files/places.js';
import { ignoredPaths } from '../../../store/git/ignored-paths.js';
import type { GivenSettings } from '../settings-from-flags.js';

/** In so many runs in a row a file may change before it is taken for one that the runs themselves write. */
const ENDLESS = 3;

type Place = LoadOptions & { readonly root: string };

/** Knows what the suites of a project hung on when it was last asked, and so which of them a change touches. */
export class TouchedSuites {
  readonly #place: Place;
  #parts: ReadonlyMap<string, SuiteParts> = new Map();
  #files: readonly string[];
  #suites: Project['suites'] = new Map();
  /** How many runs in a row each file of code has changed in. */
  readonly #duringRuns = new Map<string, number>();
  /** What has changed while a file was broken. */
  readonly #waiting = new Set<string>();

  constructor(place: Place) {
    this.#place = place;
    this.#files = configOf(place);
  }

  /** The folders of the files that suites name, which may stand anywhere in the project. */
  get folders(): readonly string[] {
    return [...new Set(this.#files.map((path) => dirname(join(this.#place.root, path))))];
  }

  /**
   * The suites that a change of these files touches, each with why; at first all. Throws `invalid-files`: then the change is
   * looked at with the next one. A file that changes in one run after the other is one that an app writes: from the third on it
   * touches nothing, or they would never end.
   */
  async after(paths: readonly string[], duringRun = false): Promise<ReadonlyMap<string, string>> {
    for (const path of paths) this.#duringRuns.set(path, duringRun ? (this.#duringRuns.get(path) ?? 0) + 1 : 0);
    for (const path of paths) this.#waiting.add(path);
    const project = await loadProject(this.#place);
    try {
      const now = await partsOfSuites(project);
      this.#files = [...configOf(this.#place), ...filesDigested(project.suites.values())];
      this.#suites = project.suites;
      const { affected } = findAffected(this.#parts, now, await this.#sortWaiting());
      this.#parts = now;
      this.#waiting.clear();
      return new Map(affected.map(({ suite, why }) => [suite, why]));
    } finally {
      await project.threads.close();
    }
  }

  /** Those of some suites that a run of this selection is of. */
  named({ suites, cases }: Pick<GivenSettings, 'suites' | 'cases'>, touched: ReadonlyMap<string, string>) {
    const isNamed = (id: string) => {
      const suite = this.#suites.get(id);
      if (suites && !suites.some((name) => name === id || name.replace(/^\.\//, '') === suite?.path)) return false;
      const ids = [...(suite?.cases ?? [])].map((each) => each.id);
      return !cases || cases.some((name) => casesNamed(ids, name).length > 0);
    };
    return new Map([...touched].filter(([id]) => isNamed(id)));
  }

  /** Editors make files that are gone at once, and apps write what git ignores: neither changes what code does. */
  async #sortWaiting(): Promise<ReturnType<typeof sortChangedFiles>> {
    const { root } = this.#place;
    const there = [...this.#waiting].filter((path) => existsSync(join(root, path)));
    const { code, ...sorted } = sortChangedFiles(there, new Set(this.#files));
    const ignored = await ignoredPaths(root, code);
    return {
      ...sorted,
      code: code.filter((path) => !ignored.has(path) && (this.#duringRuns.get(path) ?? 0) < ENDLESS),
    };
  }
}

/** A configuration of another name, or from elsewhere. */
function configOf({ root, config }: Place): readonly string[] {
  return config === undefined ? [] : [pathFrom(root, config)];
}
