import { resolve } from 'node:path';
import type { Manifest } from '../model/manifest.js';
import type { RunSettings } from '../model/run-settings.js';
import type { Protection } from '../model/weakening.js';
import { loadProject, type Project } from '../project/load.js';
import { findRoot } from '../project/source/files.js';
import { wholeName } from '../store/runs/runs.js';
import { type ProtectionFlags, protectedAs, protectionOf } from './protection-of.js';
import type { Terminal } from './terminal.js';

/** The flags of commands that judge anew what was run before, as commander parses them. */
export interface JudgeAnewFlags extends ProtectionFlags {
  readonly reporter?: readonly string[];
  readonly baseline?: string;
  readonly out: string;
  readonly cwd?: string;
  readonly quiet?: boolean;
  readonly json?: boolean;
}

/** What a run was asked, with the files of today. */
export interface LoadedAgain {
  readonly asked: Manifest['asked'];
  readonly project: Project;
  readonly baseline: RunSettings['baseline'];
  readonly protection: Protection | null;
}

/** Loads the project as the manifests of a run, one for each of its parts, ask for it. */
export async function loadAsked(
  manifests: readonly [Manifest, ...Manifest[]],
  cwd: string,
  flags: JudgeAnewFlags,
  { env }: Pick<Terminal, 'env'>,
): Promise<LoadedAgain> {
  const [{ asked }] = manifests;
  const root = findRoot(cwd);
  const config = asked.config === null ? undefined : resolve(root, asked.config);
  const project = await loadProject({ env, cwd, config, models: asked.models });
  const baseline = flags.baseline === undefined ? asked.baseline : wholeName(cwd, flags.baseline);
  const before = manifests.flatMap(({ protect }) => protect ?? []);
  const protection = await protectionOf(root, protectedAs(before, flags), env, asked.config);
  return { asked, project, baseline, protection };
}
