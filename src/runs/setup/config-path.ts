import { resolve } from 'node:path';
import { pathFrom } from '../../store/files/places.js';

/** A configuration that was named from a folder, by its path from the root of the project; null for none. */
export function configPath(root: string, cwd: string | undefined, config: string | undefined): string | null {
  if (config === undefined) return null;
  return pathFrom(root, resolve(cwd ?? '.', config));
}
