import { dotprompt } from './dotprompt.js';
import { github } from './github/github.js';
import type { Importer } from './importer.js';
import { langfuse } from './langfuse.js';
import { openai } from './openai/openai.js';
import { promptfoo } from './promptfoo/promptfoo.js';
import { prompty } from './prompty.js';

/** THE list of importers. A new one is its file and a line here. */
export const importers: readonly Importer[] = [promptfoo, openai, github, langfuse, dotprompt, prompty];
