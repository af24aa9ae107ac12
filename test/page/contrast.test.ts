import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRedRun, readRecord } from '../helpers/run-fixture.js';
import { hasBrowser, launch, openPage, show, type WrittenPage, writePage } from './browser.js';
import { measureContrasts } from './contrast.js';

describe.skipIf(!hasBrowser)('every text has the contrast that WCAG AA asks for', () => {
  let browser: Browser;
  let report: WrittenPage;
  beforeAll(async () => {
    browser = await launch();
    report = await writePage(readRecord(createRedRun()));
  });
  afterAll(async () => {
    await browser?.close();
    await report?.remove();
  });

  it.each(['light', 'dark'] as const)('%s', async (colorScheme) => {
    const page = await openPage(browser, report.url, { colorScheme });
    for (const hash of ['', '#view=metrics', '#case=refund-window', '#case=late-parcel']) {
      await show(page, report.url + hash);
      const compare = page.getByLabel('Differences');
      if ((await compare.count()) > 0) await compare.selectOption({ index: 2 });
      const { checked, weak } = await page.evaluate(measureContrasts);
      expect(weak, hash).toEqual([]);
      expect(checked, hash).toBeGreaterThan(10);
    }
    await page.close();
  });
});
