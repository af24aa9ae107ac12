import { expect, it } from 'vitest';
import { lintRules } from '../src/lint/index.js';
import { builtInMetrics } from '../src/metrics/index.js';
import { providerTypes } from '../src/providers/index.js';
import { renderConfigPage } from '../tools/config-page.js';
import { renderLintPage } from '../tools/lint-page.js';
import { renderMetricsPage } from '../tools/metrics-page.js';

// `npm run docs` runs these tests with --update, which writes the pages
it('docs/reference/metrics.md is what the metrics say of themselves', async () => {
  await expect(renderMetricsPage(builtInMetrics)).toMatchFileSnapshot('../docs/reference/metrics.md');
});

it('docs/reference/config.md is what the schemas say of themselves', async () => {
  await expect(renderConfigPage(providerTypes)).toMatchFileSnapshot('../docs/reference/config.md');
});

it('docs/reference/lint.md is what the rules say of themselves', async () => {
  await expect(renderLintPage(lintRules)).toMatchFileSnapshot('../docs/reference/lint.md');
});
