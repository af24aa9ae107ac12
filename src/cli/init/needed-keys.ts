import { isRecord } from '../../model/json.js';
import { filesBelow, readTextIfThere } from '../../project/source/files.js';
import { providerEntry } from '../../providers/contract/entry.js';
import type { AnyProvider } from '../../providers/contract/provider.js';
import { providerTypes } from '../../providers/index.js';
import { readOrNull } from '../../store/files/read-file.js';
import { CONFIG } from './config.js';

/** Where models are named. */
const NAMING = { prompts: ['.prompt.yaml', '.prompt.yml'], evals: ['.eval.yaml', '.eval.yml'] } as const;

/**
 * The variables that hold the keys of the services that a project asks: those of its entries in llmci.yaml, and those of
 * built-in providers that its files name. Nothing is checked and nothing is run.
 */
export async function neededKeys(root: string, config: Readonly<Record<string, unknown>>): Promise<readonly string[]> {
  const own = isRecord(config['providers']) ? config['providers'] : {};
  const texts = await readNaming(root);
  const references = [
    ...Object.entries(own).flatMap(([name, entry]) => (isRecord(entry) ? secretsOf(name, entry) : [])),
    ...providerTypes
      .filter(({ type, builtIn }) => builtIn && !Object.hasOwn(own, type) && texts.some((text) => names(text, type)))
      .flatMap(({ type }) => secretsOf(type, { type })),
  ];
  return [...new Set(references.flatMap((each) => /^env:(.+)$/.exec(each)?.[1] ?? []))].sort();
}

/** None of an entry that is written wrong: `validate` tells of it. */
function secretsOf(name: string, entry: Readonly<Record<string, unknown>>): readonly string[] {
  const definition: AnyProvider | undefined = providerTypes.find(({ type }) => type === entry['type']);
  if (!definition?.secrets) return [];
  try {
    return definition.secrets(providerEntry(name, definition, entry).config as never);
  } catch {
    return [];
  }
}

function names(text: string, provider: string): boolean {
  return new RegExp(`(?:^|[\\s"'\\[,:])${provider}/[\\w]`).test(text);
}

async function readNaming(root: string): Promise<readonly string[]> {
  const paths = await Promise.all(
    Object.entries(NAMING).map(([folder, endings]) => filesBelow(root, folder, endings, [])),
  );
  return Promise.all(
    [CONFIG, ...paths.flat()].map(async (path) => (await readOrNull(readTextIfThere(root, path))) ?? ''),
  );
}
