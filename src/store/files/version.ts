import { readFileSync } from 'node:fs';

/** The version in package.json, which stands two folders up from both sources and build. */
export function toolVersion(): string {
  const text = readFileSync(new URL('../../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

/** That of the Node which runs this, with a v in front. */
export function nodeVersion(): string {
  return process.version;
}
