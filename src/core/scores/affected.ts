import type { Fingerprint } from '../../model/manifest.js';
import { describeChangedParts } from './changed-parts.js';

/** What a suite depends on: prompts, cases, metrics, judge, gates, providers, modules, baseline, cassette, each by its digest. */
export interface SuiteParts {
  readonly parts: Fingerprint;
  /** Whether it runs code, whose own files and imports no digest knows all of. */
  readonly runsCode: boolean;
}

/** A suite, and why it is run or left out. */
export interface Considered {
  readonly suite: string;
  readonly why: string;
}

/** Which suites a change can touch. */
export interface Affected {
  readonly affected: readonly Considered[];
  readonly leftOut: readonly Considered[];
  /** Suites that are no longer there. */
  readonly gone: readonly string[];
}

/** The files that a change touches, by their paths from the root of the project, sorted by what they can reach. */
export interface ChangedFiles {
  /** Known to the digests of suites, or nothing to do with any. */
  readonly known: readonly string[];
  /** What code may read or import. */
  readonly code: readonly string[];
  /** What may reach any suite. */
  readonly any: readonly string[];
}

/**
 * Which of the suites a change can touch, from what they depend on before and now, by name. In doubt a suite is affected: when
 * it is new, and when a file has changed that no digest knows and that may reach it. Pure.
 */
export function findAffected(
  before: ReadonlyMap<string, SuiteParts>,
  now: ReadonlyMap<string, SuiteParts>,
  files: ChangedFiles,
): Affected {
  const affected: Considered[] = [];
  const leftOut: Considered[] = [];
  for (const [suite, own] of now) {
    const why = whyAffected(before.get(suite), own, files);
    if (why === null) leftOut.push({ suite, why: 'nothing that it depends on has changed' });
    else affected.push({ suite, why });
  }
  return { affected, leftOut, gone: [...before.keys()].filter((suite) => !now.has(suite)) };
}

function whyAffected(before: SuiteParts | undefined, now: SuiteParts, { code, any }: ChangedFiles): string | null {
  if (before === undefined) return 'it is new';
  const changed = describeChangedParts(before.parts, now.parts);
  if (changed !== null) return changed;
  const [first, ...others] = now.runsCode ? [...any, ...code] : any;
  if (first === undefined) return null;
  const files = others.length === 0 ? first : `${first} and ${others.length} more`;
  return now.runsCode ? `it runs code, and ${files} changed` : `${files} changed, which may reach it`;
}

/** Files at the root that neither a suite nor code of one reads. */
const APART =
  /^(?:(?:README|CHANGELOG|LICEN[CS]E|CONTRIBUTING|SECURITY|CODE_OF_CONDUCT)(?:\.\w+)?|\.gitignore|\.github\/.*|\.llmci\/.*)$/i;
/** Their meaning is in the digests of suites. */
const DIGESTED = /\.(?:prompt|thresholds|eval)\.ya?ml$|\.(?:baseline|calibration)\.json$|^llmci\.ya?ml$/;
/** What decides which llmci and which packages run. */
const PACKAGES =
  /(?:^|\/)(?:package(?:-lock)?\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|yarn\.lock|bun\.lockb?|requirements[\w.-]*\.txt|pyproject\.toml|uv\.lock|poetry\.lock)$/;
/** Where files stand that suites and prompts may name in ways that no digest knows of. */
const NAMED_FROM = /^(?:prompts|evals|fixtures)\//;

/** Sorts the paths that a change touches. `digested`: datasets, cassettes and others that suites are known to read. */
export function sortChangedFiles(paths: readonly string[], digested: ReadonlySet<string>): ChangedFiles {
  const sorted = { known: [] as string[], code: [] as string[], any: [] as string[] };
  for (const path of paths) {
    if (digested.has(path) || DIGESTED.test(path) || APART.test(path)) sorted.known.push(path);
    else if (PACKAGES.test(path) || NAMED_FROM.test(path)) sorted.any.push(path);
    else sorted.code.push(path);
  }
  return sorted;
}
