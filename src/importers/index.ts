import type { Importer } from './importer.js';
import { promptfoo } from './promptfoo/promptfoo.js';

/** THE list of importers. A new one is its file and a line here. */
export const importers: readonly Importer[] = [promptfoo];
