import { hash } from 'node:crypto';
import { join } from 'node:path';
import { MAX_MEDIA_BYTES } from '../../core/requests/data-url.js';
import type { HeldBytes, Suite } from '../../model/suite.js';
import type { FindMedia } from '../../providers/contract/media.js';
import { ProviderError } from '../../providers/contract/provider-error.js';
import { PathError } from '../../store/files/read-file.js';
import { readBytesUpTo } from '../source/files.js';

/**
 * Finds the bytes that messages of suites name, when they are sent: none of them is kept in memory. A file that is not what
 * it was when the project was read is an error, for its digest is in the key of the answer.
 */
export function findHeldMedia(root: string, suites: Iterable<Pick<Suite, 'held'>>): FindMedia {
  const places = new Map<string, HeldBytes>();
  for (const { held } of suites) if (held) for (const digest of held.keys()) places.set(digest, held);
  return async (digest) => {
    const place = places.get(digest)?.get(digest);
    if (place === undefined) throw gone(`there are no bytes with the digest ${digest}`);
    if (typeof place !== 'string') return { bytes: place, path: null };
    const bytes = await readAgain(root, place);
    if (bytes === null || hash('sha256', bytes, 'hex') !== digest)
      throw gone(`${place} has changed since it was read for this run: start another one`);
    return { bytes, path: join(root, place) };
  };
}

async function readAgain(root: string, path: string): Promise<Uint8Array | null> {
  try {
    return await readBytesUpTo(root, path, MAX_MEDIA_BYTES);
  } catch (error) {
    if (error instanceof PathError) throw gone(`${error.message}, and it was there when this run began`);
    throw error;
  }
}

function gone(message: string): ProviderError {
  return new ProviderError('invalid-request', message, { unsent: true });
}
