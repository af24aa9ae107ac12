import { anthropic } from './anthropic.js';
import type { AnyProvider } from './contract/provider.js';
import { echo } from './echo.js';
import { exec } from './exec.js';
import { http } from './http.js';
import { openai } from './openai.js';
import { replay } from './replay.js';

/** THE list of provider types. A new one is its file and a line here; the SDK behind it is imported when it is called. */
export const providerTypes: readonly AnyProvider[] = [openai, anthropic, http, exec, echo, replay];
