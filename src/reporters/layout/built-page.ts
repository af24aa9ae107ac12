import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { PALETTE } from './palette.js';

/** Made by `npm run build`; three folders up from the source and from what is built. */
const BUILT = new URL('../../../dist/', import.meta.url);

/** What a page is made of, and how its Content-Security-Policy names it. */
export interface BuiltPage {
  readonly script: string;
  readonly style: string;
  readonly sources: { readonly script: string; readonly style: string };
}

/** The script and the style of a page, by the folder of its source. Rejects in a clone that was compiled and not built. */
export async function readBuiltPage(name: 'report-page' | 'status-page'): Promise<BuiltPage> {
  const read = (file: string) => readFile(new URL(`${name}/${file}`, BUILT), 'utf8');
  try {
    const [script, style] = [await read('page.js'), PALETTE + (await read('page.css'))];
    return { script, style, sources: { script: sourceOf(script), style: sourceOf(style) } };
  } catch (cause) {
    throw new Error(`${name} is not built; \`npm run build\` does that`, { cause });
  }
}

function sourceOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}
