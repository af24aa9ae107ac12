// Runs the model server on its own: node test/helpers/model-server/run.mjs '{"delayMs":50}'
// Prints one JSON line with its url. With --exit-with-stdin it ends when its stdin does, so that it never outlives a test.
// Node 20 does not run TypeScript, and a loader would slow the server's start no less than this compilation.
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const [options = '{}', ...flags] = process.argv.slice(2);
const helpers = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = await mkdtemp(join(tmpdir(), 'llmci-model-server-'));
try {
  await writeFile(join(folder, 'package.json'), '{"type":"module"}');
  compile(folder);
  const { serve } = await import(pathToFileURL(join(folder, 'model-server', 'serve.js')).href);
  const { url } = await serve(JSON.parse(options));
  console.log(JSON.stringify({ url }));
} finally {
  await rm(folder, { recursive: true, force: true });
}
if (flags.includes('--exit-with-stdin')) process.stdin.resume().once('end', () => process.exit(0));

/** @param {string} outDir */
function compile(outDir) {
  const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc');
  const settings = ['--ignoreConfig', '--noCheck', '--module', 'nodenext', '--target', 'es2023', '--types', 'node'];
  const files = ['--rootDir', helpers, '--outDir', outDir, join(helpers, 'model-server', 'serve.ts')];
  const { status, stdout, stderr } = spawnSync(process.execPath, [tsc, ...settings, ...files], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`cannot compile the model server: ${stdout}${stderr}`);
}
