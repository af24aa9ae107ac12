import { expect, it } from 'vitest';
import { builtInMetrics } from '../src/metrics/index.js';
import { renderMetricsPage } from '../tools/metrics-page.js';

// `npm run docs` runs this test with --update, which writes the page
it('docs/reference/metrics.md is what the metrics say of themselves', async () => {
  await expect(renderMetricsPage(builtInMetrics)).toMatchFileSnapshot('../docs/reference/metrics.md');
});
