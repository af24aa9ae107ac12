import { isRecord } from '../../model/json.js';
import { pathFrom } from '../../store/files/places.js';
import type { CiSystem } from './ci-system.js';
import { readOwnConfig } from './config-gaps.js';
import { neededKeys } from './needed-keys.js';
import { installationOf } from './package-manager.js';
import { readTemplate } from './templates.js';

/**
 * Fills the template of a workflow for a project: its folder, its package manager, the keys that it needs. With `keyless`, or
 * where its configuration says so, the jobs show who they are in place of OpenAI's key.
 */
export async function templateFiller(
  root: string,
  repository: string,
  system: CiSystem,
  keyless: boolean,
): Promise<(name: string) => Promise<string>> {
  const { install, command } = await installationOf(root);
  const dir = pathFrom(repository, root) || '.';
  const config = await readOwnConfig(root);
  const keys = await neededKeys(root, config);
  return async (name) => {
    const text = await readTemplate(name);
    const placed = dir === '.' ? withoutFolder(text) : text.replaceAll('__DIR__', dir);
    const filled = placed.replaceAll('__INSTALL__', install).replaceAll('__LLMCI__', command);
    return keyless || isKeyless(config)
      ? withoutKey(withKeys(filled, [KEY, ...keys.filter((key) => key !== KEY)]), system)
      : withKeys(filled, keys).replace(/^ *# __IDENTITY__\n/gm, '');
  };
}

/** The key that the templates name. */
const KEY = 'OPENAI_API_KEY';

function isKeyless({ providers }: Readonly<Record<string, unknown>>): boolean {
  const openai = isRecord(providers) ? providers['openai'] : undefined;
  return isRecord(openai) && openai['auth'] === 'oidc';
}

/** With the keys that a project needs in place of the one that the template names, which stays when none is known. */
function withKeys(text: string, keys: readonly string[]): string {
  if (keys.length === 0) return text;
  return text
    .replace(/^( *)OPENAI_API_KEY: .*\n/gm, (_, indent: string) =>
      keys.map((key) => `${indent}${key}: \${{ secrets.${key} }}\n`).join(''),
    )
    .replace(
      'CI/CD variable OPENAI_API_KEY',
      `CI/CD ${keys.length === 1 ? 'variable' : 'variables'} ${keys.join(' and ')}`,
    );
}

/** Jobs that call models ask for an identity token in place of a key. */
function withoutKey(text: string, system: CiSystem): string {
  const identity = (lines: readonly string[]) =>
    text.replace(/^( *)# __IDENTITY__\n/gm, (_, indent: string) => lines.map((line) => `${indent}${line}\n`).join(''));
  if (system === 'gitlab') {
    return identity(GITLAB_IDENTITY).replace(/^ *# Answers that are not recorded[^\n]*\n *# from forks[^\n]*\n/m, '');
  }
  return identity(GITHUB_IDENTITY)
    .replace(/^( *)OPENAI_API_KEY: .*\n/gm, (_, indent: string) =>
      OPENAI_NAMES.map((name) => `${indent}${name}: \${{ vars.${name} }}\n`).join(''),
    )
    .replace('Pull requests from forks get no secrets:', 'Pull requests from forks get no token:');
}

/** Names of what was set up at OpenAI; they are no secrets. */
const OPENAI_NAMES = ['OPENAI_IDENTITY_PROVIDER_ID', 'OPENAI_SERVICE_ACCOUNT_ID'] as const;
const GITHUB_IDENTITY = [
  '# To show the identity of the job; pull requests from forks never get this',
  'id-token: write',
];
const GITLAB_IDENTITY = [
  `# Needs the CI/CD variables ${OPENAI_NAMES.join(' and ')}, which are no secrets`,
  'id_tokens:',
  '  OPENAI_IDENTITY_TOKEN:',
  '    aud: https://api.openai.com/v1',
];

/** A project at the root of its repository needs no folder in its workflow. */
function withoutFolder(text: string): string {
  return text
    .replace(/^ *defaults:\n *run:\n *working-directory: "__DIR__"\n/gm, '')
    .replace(/^ *- cd "__DIR__"\n/gm, '')
    .replaceAll('__DIR__/', '');
}
