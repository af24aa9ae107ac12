import { execFileSync } from 'node:child_process';
import { mkdtemp, open, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { writeAtomic } from './atomic.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'llmci-atomic-'));
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true, force: true });
});

/** What is brought to the disk from now on, in order, and what the file's own name led to at that moment. */
async function watchSyncs(path: string): Promise<string[]> {
  const probe = await open(folder);
  const handles: { sync(): Promise<void> } = Object.getPrototypeOf(probe);
  await probe.close();
  const synced: string[] = [];
  const sync = handles.sync;
  vi.spyOn(handles, 'sync').mockImplementation(async function (this: Awaited<ReturnType<typeof open>>) {
    const kind = (await this.stat()).isDirectory() ? 'folder' : 'file';
    const shown = await readFile(path, 'utf8').catch(() => 'nothing');
    synced.push(`${kind} while the name leads to ${shown}`);
    return sync.call(this);
  });
  return synced;
}

describe('writeAtomic', () => {
  it('replaces no pipe or device', async () => {
    const pipe = join(folder, 'pipe');
    execFileSync('/usr/bin/env', ['mkfifo', pipe]);
    await expect(writeAtomic(pipe, 'text')).rejects.toThrow('what is there is no file; name a file');
    expect([(await stat(pipe)).isFIFO(), await readdir(folder)]).toEqual([true, ['pipe']]);
  });

  it('takes away what writers that were killed have left beside the file, and nothing else', async () => {
    const long = Date.now() / 1000 - 7200;
    const [left, others] = [
      ['run.json.0a1b2c3d.tmp', 'run.json.ffffffff.tmp'],
      ['other.json.0a1b2c3d.tmp', 'run.json.mine.tmp', 'run.json.0a1b2c3d', 'xrun.json.0a1b2c3d.tmp'],
    ];
    for (const name of [...left, ...others]) {
      await writeFile(join(folder, name), '');
      await utimes(join(folder, name), long, long);
    }
    // Somebody may be writing it
    await writeFile(join(folder, 'run.json.99999999.tmp'), '');
    await writeAtomic(join(folder, 'run.json'), 'new');
    expect((await readdir(folder)).sort()).toEqual([...others, 'run.json', 'run.json.99999999.tmp'].sort());
  });

  it('brings the content to the disk before its name, and then the name', async () => {
    const path = join(folder, 'run.json');
    await writeAtomic(path, 'old');
    const synced = await watchSyncs(path);
    await writeAtomic(path, 'new');
    expect(synced).toEqual(['file while the name leads to old', 'folder while the name leads to new']);
  });

  it('makes the folders above, and leaves nothing else behind', async () => {
    const path = join(folder, 'a', 'b', 'run.json');
    await writeAtomic(path, new TextEncoder().encode('bytes'));
    expect(await readFile(path, 'utf8')).toBe('bytes');
    expect(await readdir(dirname(path))).toEqual(['run.json']);
  });

  it('leaves what was there when it fails, and no half of the new', async () => {
    const path = join(folder, 'taken');
    await writeAtomic(join(path, 'inside'), 'a folder has this name');
    await expect(writeAtomic(path, 'new')).rejects.toMatchObject({ code: 'cannot-write' });
    expect((await stat(path)).isDirectory()).toBe(true);
    expect(await readdir(folder)).toEqual(['taken']);
  });
});
