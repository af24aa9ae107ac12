import { readFile, stat, truncate, writeFile } from 'node:fs/promises';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PageEnd } from '../../src/report-page/data.js';
import { checkPage } from '../../src/reporters/html/html-check.js';
import { writeSamples } from '../../src/reporters/html/html-data.js';
import { createSink } from '../helpers/run-fixture.js';
import { hasBrowser, launch, openPage, type WrittenPage, writePage } from './browser.js';
import { createLargeRun } from './large-run.js';

/** Of the script, before any data. */
const BUDGET_BYTES = 60_000;

it('the script keeps its budget, and ends where it ends', async () => {
  const script = new URL('../../dist/report-page/page.js', import.meta.url);
  expect((await stat(script)).size).toBeLessThan(BUDGET_BYTES);
  expect(await readFile(script, 'utf8')).not.toMatch(/<\/script|<!--/i);
});

describe('a page is read back', () => {
  let report: WrittenPage;
  beforeAll(async () => {
    report = await writePage(createLargeRun(1000, 100));
  });
  afterAll(() => report.remove());

  it('whole', async () => {
    expect(await checkPage(report.path)).toEqual([]);
  });

  it('and told to be large', async () => {
    expect(await checkPage(report.path, 100_000)).toEqual([
      expect.stringMatching(/report\.html has \d+ kB: browsers and CI systems take long to load it$/),
    ]);
  });

  it('without its end, or with a chunk that does not unpack, it is an error', async () => {
    const html = await readFile(report.path, 'utf8');
    await writeFile(report.path, html.replace(/(<template id="chunk-2">.{100})./, '$1!'));
    await expect(checkPage(report.path)).rejects.toThrow(/read back, it is not whole: its chunk 2/);
    await writeFile(report.path, html.replace(/<template id="chunk-1">.*\n/, ''));
    await expect(checkPage(report.path)).rejects.toThrow(/it is not whole/);
    await writeFile(report.path, html);
    await truncate(report.path, html.length - 200);
    await expect(checkPage(report.path)).rejects.toThrow(/its end is missing/);
  });
});

describe('past its limit a page', () => {
  it('keeps the texts of what fails, and says how many it left out', async () => {
    const sink = createSink();
    const end: PageEnd = await writeSamples(createLargeRun(2000, 500), sink.write, 100_000);
    expect(end.samples).toBe(2000);
    expect(end.leftOut).toBeGreaterThan(500);
    expect(end.leftOut).toBeLessThan(2000 * 0.98);
    expect(sink.text().length).toBeLessThan(400_000);
  });

  it.skipIf(!hasBrowser)(
    'says so in the browser and in the terminal, and shows the scores of what it left out',
    async () => {
      const browser = await launch();
      const run = createLargeRun(1000, 500);
      const report = await writePage(run);
      const { write, text } = createSink();
      await writeSamples(run, write, 30_000);
      const html = await readFile(report.path, 'utf8');
      const [head = ''] = html.split('<template id="chunk-0">');
      await writeFile(report.path, `${head}${text()}</body>\n</html>\n`);
      expect(await checkPage(report.path)).toEqual([expect.stringMatching(/has no texts of \d+ passing samples/)]);
      const page = await openPage(browser, `${report.url}#case=ticket-000990`);
      expect(await page.textContent('.warning')).toContain('were left out of the file, since it passes');
      expect(await page.textContent('.scores')).toContain('similarity');
      await page.keyboard.press('Escape');
      expect(await page.textContent('.warning')).toMatch(/^The texts of \d+ passing samples are left out/);
      await browser.close();
      await report.remove();
    },
  );
});

describe.skipIf(!hasBrowser)('100,000 cases', () => {
  let browser: Browser;
  let report: WrittenPage;
  beforeAll(async () => {
    browser = await launch();
    report = await writePage(createLargeRun(100_000, 60));
  });
  afterAll(async () => {
    await browser?.close();
    await report?.remove();
  });

  it('are scrolled to their end, filtered and opened, with few rows made at a time', async () => {
    const page = await openPage(browser, report.url);
    const rows = () => page.locator('.item').count();
    expect(await page.textContent('.tabs')).toContain('Cases 100,000');
    expect(await rows()).toBeLessThan(100);
    await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
    await page.waitForFunction(() => document.querySelector('.list')?.textContent?.includes('ticket-099998'));
    expect(await rows()).toBeLessThan(100);
    await page.getByRole('button', { name: /^Failed/ }).click();
    expect(await page.textContent('.shown')).toContain('2,000 of 100,000 cases');
    await page.getByLabel(/^Search/).fill('ticket-09999');
    await page.waitForFunction(() => document.querySelectorAll('.item').length === 1);
    await page.locator('.item a').click();
    await page.waitForSelector('.answer');
    expect(await page.textContent('.case h2')).toBe('ticket-099999');
    expect(await page.textContent('.output')).toContain('Answer 99999');
    await page.close();
  });
});
