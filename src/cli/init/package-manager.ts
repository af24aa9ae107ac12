import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { toolVersion } from '../../store/files/version.js';

/** How a CI job gets llmci, and how it calls it. */
export interface Installation {
  readonly install: string;
  readonly command: string;
}

/** Of each package manager by its lock file: what installs just what is locked. */
const MANAGERS: readonly (Installation & { readonly lock: string })[] = [
  { lock: 'package-lock.json', install: 'npm ci', command: 'npx llmci' },
  {
    lock: 'pnpm-lock.yaml',
    install: 'corepack enable && pnpm install --frozen-lockfile',
    command: 'pnpm exec llmci',
  },
  { lock: 'yarn.lock', install: 'corepack enable && yarn install --immutable', command: 'yarn run llmci' },
  // What bun installs runs on Node as well
  { lock: 'bun.lock', install: 'npx --yes bun@1 install --frozen-lockfile', command: 'npx llmci' },
  { lock: 'bun.lockb', install: 'npx --yes bun@1 install --frozen-lockfile', command: 'npx llmci' },
];

/**
 * What installs llmci in CI: the project's own package manager where its manifest names llmci. Otherwise this version of it
 * and no other, without the scripts of packages.
 */
export async function installationOf(root: string): Promise<Installation> {
  const manager = MANAGERS.find(({ lock }) => existsSync(join(root, lock)));
  if (manager === undefined || !(await namesLlmci(root)))
    return { install: `npm install --global --ignore-scripts llmci@${toolVersion()}`, command: 'llmci' };
  const { lock, install, command } = manager;
  // The first yarn knows another word for it
  const isClassic = lock === 'yarn.lock' && (await readFile(join(root, lock), 'utf8')).includes('yarn lockfile v1');
  return { install: isClassic ? install.replace('--immutable', '--frozen-lockfile') : install, command };
}

/** Whether the manifest of a project names llmci. */
export async function namesLlmci(root: string): Promise<boolean> {
  try {
    const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
      dependencies?: Record<string, string>;
      devDependencies?: Record<string, string>;
    };
    return manifest.dependencies?.['llmci'] !== undefined || manifest.devDependencies?.['llmci'] !== undefined;
  } catch {
    return false; // not a project that a package manager could install either
  }
}
