import { isRecord } from '../../model/json.js';

/** Why a file that a newer llmci wrote cannot be read, as the number under `key` tells; null where that is not the reason. */
export function newerVersion(data: unknown, key: string, known: number): string | null {
  const version = isRecord(data) ? data[key] : undefined;
  if (typeof version !== 'number' || version <= known) return null;
  return `a newer llmci wrote it (${key} ${version}; this one reads ${known}), so update llmci`;
}
