import { type Dirent, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { nearestName } from '../../core/text/suggest.js';
import { configFileSchemaFor } from '../../model/config.js';
import { partsOfName, topKeys } from '../source/file-looks.js';
import type { RootPath } from '../source/files.js';

const CONFIG = 'llmci.yaml';
/** Where people put it when it is not at the root. */
const OTHER_FOLDERS = ['.config', 'config', 'evals', 'prompts'];

/**
 * Files that are meant for the configuration and are not read: a budget that is not read holds nothing back. Where the root
 * has one that is read, those in other folders may be for --config.
 */
export async function findUnreadConfigs(root: string): Promise<readonly RootPath[]> {
  const own = idOf(join(root, CONFIG));
  const found: RootPath[] = [];
  for (const folder of own === undefined ? ['', ...OTHER_FOLDERS] : [''])
    for (const entry of entriesIn(join(root, folder))) {
      const file = folder === '' ? entry.name : `${folder}/${entry.name}`;
      // Where file names have no case `LLMCI.yaml` is `llmci.yaml`, and is read
      if (file === CONFIG || entry.isDirectory() || (own !== undefined && idOf(join(root, file)) === own)) continue;
      if (await isMeant(root, file, entry.name)) found.push(file);
    }
  return found;
}

async function isMeant(root: string, file: RootPath, name: string): Promise<boolean> {
  if (/^\.?llmci[._-]?config\.[cm]?[jt]s$/i.test(name)) return true;
  const { parts, endings } = partsOfName(name);
  const whole = parts.join('.').replace(/^\./, '');
  const stem = whole.replace(/(?:[._-]?config|rc)$/, '');
  if ((endings.length === 0 && !whole.endsWith('rc')) || nearestName(stem, ['llmci']) === null) return false;
  // `llmci.json` may be a report, `llmci.txt` what was on a terminal, and a name that is only near another tool's
  if (stem === 'llmci' && !endings.every((ending) => ending === 'json' || ending === 'txt')) return true;
  const known = configFileSchemaFor(z.never()).shape;
  const keys = [...(await topKeys(root, file))];
  return keys.filter((key) => Object.hasOwn(known, key)).length > keys.length / 2;
}

/** What tells one file from another, whatever it is called; undefined for what is not there or leads nowhere. */
function idOf(path: string): number | undefined {
  try {
    return statSync(path).ino;
  } catch {
    return undefined;
  }
}

function entriesIn(folder: string): readonly Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return []; // no folder, no files in it
  }
}
