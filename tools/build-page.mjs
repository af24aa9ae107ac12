// Bundles the page of the HTML report: one script and one style in dist/report-page, which the reporter puts into it.
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const inRoot = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));

await build({
  entryPoints: [inRoot('src/report-page/page.tsx'), inRoot('src/report-page/page.css')],
  outdir: inRoot('dist/report-page'),
  bundle: true,
  minify: true,
  format: 'iife',
  target: ['chrome111', 'firefox113', 'safari16.4'],
  jsx: 'automatic',
  jsxImportSource: 'preact',
  legalComments: 'none',
  logLevel: 'warning',
});
