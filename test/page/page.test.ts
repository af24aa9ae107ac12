import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRedRun, readRecord } from '../helpers/run-fixture.js';
import { hasBrowser, launch, openPage, type WrittenPage, writePage } from './browser.js';

describe.skipIf(!hasBrowser)('the page of a red run', () => {
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

  it('says the verdict, shows the gates that block first, and the worst cases first', async () => {
    const page = await openPage(browser, report.url);
    expect(await page.textContent('h1')).toMatch(/^FAIL .*gates fail/);
    expect(await page.locator('.gate').first().textContent()).toContain('pass rate ≥ 0.9');
    expect(await page.locator('.gate-picture').count()).toBeGreaterThan(2);
    expect(await page.locator('.item .name b').allTextContents()).toEqual([
      'refund-window',
      'self-harm',
      'late-parcel',
      'japanese',
    ]);
    await page.close();
  });
});
