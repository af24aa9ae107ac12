// Bundles the command line program into dist/program: read one by one, its files are most of what a short command takes.
// Packages stay outside, and so do the library, which apps import, and the threads, which share its classes with modules.
import { readFile, rm } from 'node:fs/promises';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const dist = fileURLToPath(new URL('../dist/', import.meta.url));
const outdir = `${dist}program`;

/** Files that are found by their place beside a module stay where they are. @type {import('esbuild').Plugin} */
const samePlaces = {
  name: 'same-places',
  setup({ onLoad }) {
    onLoad({ filter: /[/\\]dist[/\\].*\.js$/, namespace: 'file' }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      const place = JSON.stringify(relative(outdir, path).replaceAll('\\', '/'));
      return { contents: text.replaceAll('import.meta.url', `new URL(${place}, import.meta.url).href`), loader: 'js' };
    });
  },
};

await rm(outdir, { recursive: true, force: true });
await build({
  entryPoints: [`${dist}cli/main.js`],
  outdir,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  packages: 'external',
  plugins: [samePlaces],
  logLevel: 'warning',
});
