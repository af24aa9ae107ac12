import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const DEBIAN = '/usr/lib/postgresql';

/** A PostgreSQL of its own that listens on a socket in a folder only; null where Debian's programs are not there. */
export async function startPostgres() {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort((one, other) => Number(other) - Number(one)) : [];
  const bin = versions.map((version) => join(DEBIAN, version, 'bin')).find((each) => existsSync(join(each, 'initdb')));
  if (bin === undefined) return null;
  const folder = mkdtempSync(join(tmpdir(), 'llmci-bench-pg-'));
  const user = userToBe();
  if (user) chownSync(folder, user.uid, user.gid);
  const data = join(folder, 'data');
  execFileSync(join(bin, 'initdb'), ['-D', data, '-U', 'llmci', '-A', 'trust', '-E', 'UTF8'], {
    ...{ stdio: 'ignore', ...user },
  });
  const server = spawn(join(bin, 'postgres'), ['-D', data, '-k', folder, '-c', 'listen_addresses='], {
    ...{ stdio: 'ignore', ...user },
  });
  const ask = ['-h', folder, '-U', 'llmci', '-d', 'postgres', '-qc', 'select 1'];
  while (spawnSync(join(bin, 'psql'), ask).status !== 0) await new Promise((resolve) => setTimeout(resolve, 50));
  return {
    url: `postgres://llmci@/postgres?host=${encodeURIComponent(folder)}`,
    stop: async () => {
      const ended = new Promise((resolve) => server.once('exit', resolve));
      server.kill('SIGINT');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** It refuses to run as root. */
function userToBe() {
  if (process.getuid?.() !== 0) return null;
  const id = (flag) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}
