import type { Importer } from './importer.js';
import { openai } from './openai/openai.js';
import { promptfoo } from './promptfoo/promptfoo.js';

/** THE list of importers. A new one is its file and a line here. */
export const importers: readonly Importer[] = [promptfoo, openai];
