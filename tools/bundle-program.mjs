// Bundles the command line program into dist/program: read one by one, its files are most of what a short command takes.
// With it go the packages that nearly every command loads, of many files each; the others stay outside. So do the library,
// which apps import, and the threads, which share its classes with modules.
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const AJV = ['ajv', 'fast-deep-equal', 'fast-uri', 'json-schema-traverse', 'require-from-string'];
const BUNDLED = ['commander', 'yaml', 'zod', ...AJV];

const dist = fileURLToPath(new URL('../dist/', import.meta.url));
const outdir = `${dist}program`;

/** A path of a file is none of a package. @type {import('esbuild').Plugin} */
const otherPackages = {
  name: 'other-packages',
  setup({ onResolve }) {
    onResolve({ filter: /^[^./]/ }, ({ path, kind }) => {
      const isOwn = kind === 'entry-point' || BUNDLED.some((name) => path === name || path.startsWith(`${name}/`));
      return isOwn ? undefined : { path, external: true };
    });
  },
};

/**
 * Files that are found by their place beside a module stay where they are. What a `require` of a module's own loads is the
 * bundler's to see. And zod is imported so that it sees what of it is used, and leaves out its messages in fifty languages. @type {import('esbuild').Plugin}
 */
const ownFiles = {
  name: 'own-files',
  setup({ onLoad }) {
    onLoad({ filter: /[/\\]dist[/\\].*\.js$/, namespace: 'file' }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      const place = JSON.stringify(relative(outdir, path).replaceAll('\\', '/'));
      const contents = text
        .replace('const require = createRequire(import.meta.url);', '')
        .replaceAll('import.meta.url', `new URL(${place}, import.meta.url).href`)
        .replace("import { z } from 'zod';", "import * as z from 'zod';");
      return { contents, loader: 'js' };
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
  // What is CommonJS in them requires modules of Node
  banner: {
    js: "import { createRequire as makeRequire } from 'node:module'; const require = makeRequire(import.meta.url);",
  },
  plugins: [otherPackages, ownFiles],
  logLevel: 'warning',
});

// Their licences ask to be in every copy
const licences = BUNDLED.map(async (name) => {
  const folder = new URL(`../node_modules/${name}/`, import.meta.url);
  const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
  if (file === undefined) throw new Error(`${name} has no licence`);
  const text = await readFile(new URL(file, folder), 'utf8');
  return `${name}\n\n${text.trim()}\n`;
});
await writeFile(`${outdir}/LICENSES.txt`, (await Promise.all(licences)).join('\n\n'));
