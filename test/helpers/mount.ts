import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { afterThisTest } from './cleanup.js';

/** A small file system in memory at a folder, which is made. It goes away with the running test. */
export interface SmallDisk {
  /** Makes it as large, or read-only. */
  remount(options: string): void;
}

/** Whether file systems can be mounted here: as root on Linux, and not in every container. */
export const canMount = process.platform === 'linux' && process.getuid?.() === 0 && tryMount();

/** Mounts a file system with options such as `size=300k` at a folder. Throws when that fails. */
export function mountSmallDisk(folder: string, options: string): SmallDisk {
  mkdirSync(folder, { recursive: true });
  run('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder]);
  afterThisTest(() => run('umount', ['-l', folder]));
  return { remount: (changed) => run('mount', ['-o', `remount,${changed}`, folder]) };
}

function tryMount(): boolean {
  const command = 'd=$(mktemp -d) && mount -t tmpfs tmpfs "$d" && umount "$d"; s=$?; rmdir "$d"; exit $s';
  return spawnSync('sh', ['-c', command]).status === 0;
}

function run(command: string, args: readonly string[]): void {
  const { status, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr}`);
}
