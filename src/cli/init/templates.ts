import { readFile } from 'node:fs/promises';

/** The text of a file below templates/, which stands three folders up from both sources and build. */
export function readTemplate(name: string): Promise<string> {
  return readFile(new URL(`../../../templates/${name}`, import.meta.url), 'utf8');
}
