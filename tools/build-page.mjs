// Bundles the pages: one script and one style each, which the HTML report and the gateway put into theirs.
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const inRoot = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));

for (const page of ['report-page', 'status-page'])
  await build({
    entryPoints: [inRoot(`src/${page}/page.tsx`), inRoot(`src/${page}/page.css`)],
    outdir: inRoot(`dist/${page}`),
    bundle: true,
    minify: true,
    format: 'iife',
    target: ['chrome111', 'firefox113', 'safari16.4'],
    jsx: 'automatic',
    jsxImportSource: 'preact',
    legalComments: 'none',
    logLevel: 'warning',
  });
