import { relative, resolve, sep } from 'node:path';

/** A configuration that was named from a folder, by its path from the root of the project; null for none. */
export function configPath(root: string, cwd: string | undefined, config: string | undefined): string | null {
  if (config === undefined) return null;
  return relative(root, resolve(cwd ?? '.', config))
    .split(sep)
    .join('/');
}
