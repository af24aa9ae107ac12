import { schemaLine } from './editor-schema.js';
import { readTemplate } from './templates.js';

export const CONFIG = 'llmci.yaml';

/** What a project is wished to have besides the start. */
export interface InitWishes {
  /** The identity of the CI job in place of a key. */
  readonly keyless: boolean;
  /** Environments that releases go into. */
  readonly delivery: boolean;
}

/** The configuration of a project that has none: a budget, and what was wished for. */
export async function configText(root: string, { keyless, delivery }: InitWishes): Promise<string> {
  const parts = ['start', ...(keyless ? ['keyless'] : []), ...(delivery ? ['delivery'] : [])];
  const texts = await Promise.all(parts.map((name) => readTemplate(`config/${name}.yaml`)));
  return (await schemaLine(root, CONFIG, 'config')) + texts.join('');
}
