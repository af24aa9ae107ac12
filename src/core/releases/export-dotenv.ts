import type { Snapshot } from '../../model/snapshot.js';
import { nameOfRelease } from './decision.js';

/** Lines of `NAME=value` that say what is live, for builds; of two prompts whose names would be one, which. */
export function dotenvOf({
  environment,
  line,
  hash,
  prompts,
}: Snapshot): string | { readonly clash: readonly string[] } {
  const names = new Map<string, string>();
  const lines = [`LLMCI_ENVIRONMENT=${environment}`, `LLMCI_LEDGER_LINE=${line}`, `LLMCI_LEDGER_HASH=${hash}`];
  for (const { prompt, live } of prompts) {
    const name = `LLMCI_${nameFor(prompt)}`;
    const twin = names.get(name);
    if (twin !== undefined) return { clash: [twin, prompt] };
    names.set(name, prompt);
    const { model } = live.asked;
    lines.push(
      `${name}_RELEASE=${quoted(nameOfRelease({ prompt, number: live.number }))}`,
      `${name}_DIGEST=${live.digest}`,
    );
    if (typeof model === 'string') lines.push(`${name}_MODEL=${quoted(model)}`);
  }
  return `${lines.join('\n')}\n`;
}

/** A name of a variable: letters that it cannot have are told apart by their numbers in Unicode. */
function nameFor(prompt: string): string {
  const letters = prompt
    .toUpperCase()
    .replace(/[^\0-\x7f]/gu, (letter) => `U${letter.codePointAt(0)?.toString(16).toUpperCase()}`);
  return letters.replace(/[^A-Z0-9]+/g, '_');
}

/** As every reader takes it: plain, else in single quotes, in which nothing stands for another thing. */
function quoted(text: string): string {
  if (/^[\w@./:-]+$/.test(text)) return text;
  if (!/['\r\n]/.test(text)) return `'${text}'`;
  return `"${text
    .replace(/[\\"$`]/g, '\\$&')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')}"`;
}
