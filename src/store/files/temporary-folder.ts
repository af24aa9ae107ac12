import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Lends a folder outside of every project, and removes it with all that is in it when the work has ended. */
export async function inTemporaryFolder<T>(name: string, work: (folder: string) => Promise<T>): Promise<T> {
  // By its real path, for files behind links are not read
  const folder = await realpath(await mkdtemp(join(tmpdir(), `llmci-${name}-`)));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
