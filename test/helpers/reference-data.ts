import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const FOLDER = new URL('../../../shared/data/', import.meta.url);

/**
 * Whether the reference data is there, which lies beside the repository and is no part of it. Tests that need it are
 * skipped without; with LLMCI_REFERENCE_DATA=required, as in CI, that is an error.
 */
export const hasReferenceData = existsSync(FOLDER);

if (!hasReferenceData && process.env['LLMCI_REFERENCE_DATA'] === 'required')
  throw new Error(`the reference data is not at ${fileURLToPath(FOLDER)}, so its tests would be skipped`);

/** The path of a file of the reference data. */
export function referencePath(name: string): string {
  return fileURLToPath(new URL(name, FOLDER));
}
