import { readFileSync } from 'node:fs';
import { looksSecret } from '../../core/text/secret-forms.js';
import type { EnvironmentVariables } from '../../model/environment-variables.js';
import { placeNamed } from '../../store/files/places.js';

/**
 * What the variables and files hold that a configuration names, as it is written: modules that it names run before it is
 * checked, and may repeat all of that.
 */
export function secretsNamedIn(written: unknown, root: string, env: EnvironmentVariables): readonly string[] {
  const values = variablesNamedIn(written).map((name) => env[name]?.trim() ?? '');
  return [...values.filter((value) => looksSecret(value)), ...textsIn(written).flatMap((text) => keyFile(text, root))];
}

/** The variables that a configuration names, in `env` of a program and as `env:NAME` within a text. */
export function variablesNamedIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [...value.matchAll(/\benv:(\w+)/g)].map(([, name = '']) => name);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]: [string, unknown]) =>
    key === 'env' && Array.isArray(member) ? member.map(String) : variablesNamedIn(member),
  );
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

/** What a key file holds; nothing where it cannot be read, which is told where the key is asked for. */
function keyFile(reference: string, root: string): readonly string[] {
  const [, place] = /^file:(.+)$/.exec(reference) ?? [];
  if (place === undefined) return [];
  try {
    return [readFileSync(placeNamed(root, place), 'utf8').trim()];
  } catch {
    return [];
  }
}
