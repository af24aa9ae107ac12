import { statSync } from 'node:fs';
import { join } from 'node:path';
import { secretsIn } from '../../core/text/secrets-in.js';
import { placeInText } from '../../core/text/text-place.js';
import type { FoundSecret } from '../../lint/lint-project.js';
import { readOrNull } from '../../store/files/read-file.js';
import { filesBelow, readTextIfThere } from '../source/files.js';

const FOLDERS = ['prompts', 'evals', 'fixtures'];
const ENDINGS = ['.yaml', '.yml', '.json', '.jsonl', '.csv', '.tsv', '.txt', '.md', '.liquid'];
/** Larger ones are looked at no further, in bytes. */
const LARGEST = 50e6;
/** As many of one file are told. */
const MOST = 20;

/** What has the shape of a key in the texts that a project sends, compares and records. */
export async function findSecrets(root: string): Promise<readonly FoundSecret[]> {
  const below = await Promise.all(FOLDERS.map((folder) => filesBelow(root, folder, ENDINGS, [])));
  const found: FoundSecret[] = [];
  for (const file of ['llmci.yaml', ...below.flat()]) {
    const text = await textOf(root, file);
    if (text !== null) found.push(...placed(file, text).slice(0, MOST));
  }
  return found;
}

/** Null for what is no text, too large, or not there: who needs it says so. */
async function textOf(root: string, file: string): Promise<string | null> {
  const stats = statSync(join(root, file), { throwIfNoEntry: false });
  return stats?.isFile() && stats.size <= LARGEST ? readOrNull(readTextIfThere(root, file)) : null;
}

function placed(file: string, text: string): readonly FoundSecret[] {
  return secretsIn(text).map(({ kind, index }) => ({ kind, spot: { file, ...placeInText(text, index) } }));
}
