import { existsSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import type { FormatName } from '../../project/schemas.js';
import { toolVersion } from '../../store/files/version.js';
import { namesLlmci } from './package-manager.js';

/** Where the packages of npm can be read file by file, for projects that have no llmci on disk. */
const PUBLISHED = 'https://cdn.jsdelivr.net/npm';

/**
 * The first line of a file of llmci, by which editors with a YAML language server find its schema: that of the llmci that is
 * installed for the project or will be, else the published one of this version.
 */
export async function schemaLine(root: string, path: string, format: FormatName): Promise<string> {
  const home = homeOfPackages(root) ?? ((await namesLlmci(root)) ? root : null);
  const schema = `schemas/${format}.schema.json`;
  const place =
    home === null
      ? `${PUBLISHED}/llmci@${toolVersion()}/${schema}`
      : asPath(relative(dirname(join(root, path)), join(home, 'node_modules/llmci', schema)));
  return `# yaml-language-server: $schema=${place}\n`;
}

/** The folder at or above the project whose node_modules has llmci. */
function homeOfPackages(root: string): string | null {
  for (let folder = root; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'node_modules/llmci/schemas'))) return folder;
    if (dirname(folder) === folder) return null;
  }
}

function asPath(path: string): string {
  const slashed = path.split(sep).join('/');
  return slashed.startsWith('.') ? slashed : `./${slashed}`;
}
