import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { type Check, type CheckFinding, fault, ok, warn } from './check.js';
import { findCalls } from './ci.js';

const LOCKS = ['package-lock.json', 'npm-shrinkwrap.json', 'pnpm-lock.yaml', 'yarn.lock', 'bun.lock', 'bun.lockb'];
const manifestSchema = z.object({
  name: z.string().optional(),
  dependencies: z.record(z.string(), z.string()).optional(),
  devDependencies: z.record(z.string(), z.string()).optional(),
});

/** Whether the same llmci judges here, in CI and next month: another one may score and decide otherwise. */
export const versions: Check = {
  id: 'versions',
  look: async ({ project: { root }, repository, node, version }) => {
    const here = ok(`llmci ${version} on Node ${node}`);
    const manifest = (await manifestIn(root)) ?? (await manifestIn(repository));
    if (manifest?.name === 'llmci') return [here, ok('this is llmci itself')];
    const asked = manifest?.dependencies?.['llmci'] ?? manifest?.devDependencies?.['llmci'];
    const lock = LOCKS.find((name) => existsSync(join(root, name)) || existsSync(join(repository, name)));
    if (asked !== undefined && lock !== undefined)
      return [here, ok(`package.json has llmci ${asked}, and ${lock} says which that is`)];
    if (asked !== undefined)
      return [
        here,
        fault(
          `package.json has llmci ${asked}, and there is no lock file: which that is may change by itself`,
          'npm install, and commit package-lock.json.',
        ),
      ];
    return [here, ...(await pinnedInCi(repository, version))];
  },
};

async function pinnedInCi(repository: string, version: string): Promise<readonly CheckFinding[]> {
  const found: CheckFinding[] = [];
  for (const { path, line, text } of await findCalls(repository)) {
    const named = /\bllmci@([^\s"']+)/.exec(text)?.[1];
    const place = `${path}:${line}`;
    if (named === undefined || !/^v?\d+\.\d+\.\d+|^[0-9a-f]{40}$/.test(named))
      found.push(
        fault(
          `${place} takes whatever llmci is the newest then`,
          `npm install --save-dev llmci, or name the version there: llmci@${version}.`,
        ),
      );
    else if (/^v?\d/.test(named) && named.replace(/^v/, '') !== version)
      found.push(
        warn(
          `${place} runs llmci ${named}, and here it is ${version}`,
          'Run the same everywhere: npm install --save-dev llmci.',
        ),
      );
  }
  const lacks = warn(
    'no package.json has llmci: others may judge with another one',
    'npm install --save-dev llmci, and commit the lock file.',
  );
  return found.length > 0 ? found : [lacks];
}

async function manifestIn(folder: string): Promise<z.infer<typeof manifestSchema> | null> {
  try {
    return manifestSchema.parse(JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')));
  } catch {
    return null; // not a project of npm
  }
}
