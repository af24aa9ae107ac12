import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Result, RunRecord } from '../../src/model/run-record.js';
import { hostileRun } from '../helpers/hostile.js';
import { createGreenRun, readRecord } from '../helpers/run-fixture.js';
import { hasBrowser, launch, openPage, show, type WrittenPage, writePage } from './browser.js';

/** The green run with another text where its model's was. */
function answering(text: string, overrides: Partial<Result> = {}): RunRecord {
  const run = createGreenRun();
  return {
    ...run,
    results: run.results.map((result) => ({
      ...result,
      output: result.output && { ...result.output, text },
      ...overrides,
    })),
  };
}

describe.skipIf(!hasBrowser)('nothing that a model says does anything on the page', () => {
  let browser: Browser;
  let page: Page;
  const written: WrittenPage[] = [];

  beforeAll(async () => {
    browser = await launch();
    page = await openPage(browser, await write(createGreenRun()));
    page.on('dialog', () => {
      throw new Error('a dialog was opened');
    });
    page.on('request', (request) => {
      if (!request.url().startsWith('file:')) throw new Error(`${request.url()} was asked for`);
    });
  });
  afterAll(async () => {
    await browser?.close();
    for (const page of written) await page.remove();
  });

  const write = async (run: RunRecord): Promise<string> => {
    const report = await writePage(readRecord(run));
    written.push(report);
    return report.url;
  };

  /** Opens the first case of a run; any request, dialog or error of the page fails the test. */
  const open = async (run: RunRecord, hash = '#case=late-parcel') => {
    await show(page, (await write(run)) + hash);
  };
  const elementsOf = (page: Page) =>
    page.evaluate(() => document.querySelectorAll('img, iframe, object, embed, link, base, form, audio, video').length);

  it.each([
    '<script>document.title = "pwned"</script>',
    '<img src=x onerror="document.title = \'pwned\'">',
    '</template></script><script>document.title = "pwned"</script><style>*{display:none}</style>',
    '<svg onload="document.title=\'pwned\'"><a href="javascript:alert(1)">x</a>',
    '<!-- <iframe src="https://evil.example"></iframe> -->',
    '[link](javascript:alert(1)) ![x](https://evil.example/x.png)',
    '{{constructor.constructor("alert(1)")()}}',
  ])('%s', async (text) => {
    await open(answering(text, { vars: { ticket: text, [text]: text }, tags: [text] }));
    await page.waitForSelector('.answer');
    expect(await page.textContent('.output pre')).toBe(text);
    expect(await page.title()).not.toContain('pwned');
    expect(await elementsOf(page)).toBe(0);
    expect(await page.locator('script').count()).toBe(1);
  });

  it('characters that reorder, hide or are halves of others are named', async () => {
    await open(answering('a\u202eb\u2066c\u200bd\u0000e\ud83df\ufeffg\u{e0041}h\u001b[31mi'));
    expect(await page.textContent('.output pre')).toMatch(
      /^aU\+202EbU\+2066cU\+200BdU\+0000e.fU\+FEFFgU\+E0041hU\+001B\[31mi$/u,
    );
    expect(await page.locator('.output .unseen').count()).toBe(7);
  });

  it('a line of 5 MB is shown by its start, and step by step', async () => {
    const text = `start ${'x'.repeat(5_000_000)}`;
    await open(answering(text));
    await page.waitForSelector('.output pre');
    expect(await page.textContent('.output pre')).toHaveLength(3000);
    const more = page.getByRole('button', { name: /^Show more \(4,997,006 characters left\)/ });
    await more.click();
    expect(await page.textContent('.output pre')).toHaveLength(24_000);
  });

  it('JSON is a tree that folds, deep and wide', async () => {
    const wide = Object.fromEntries(Array.from({ length: 500 }, (_, n) => [`key${n}`, n]));
    const deep = `${'['.repeat(150)}1${']'.repeat(150)}`;
    await open(answering(JSON.stringify({ wide, deep: JSON.parse(deep), __proto__: 'x' })));
    await page.waitForSelector('.output details');
    expect(await page.locator('.output .leaf').count()).toBe(50);
    await page.getByRole('button', { name: 'Show more (450 entries left)' }).click();
    expect(await page.locator('.output .leaf').count()).toBe(500);
    await page.locator('.output summary').nth(1).click();
    await page.waitForFunction(() => document.querySelectorAll('.output .leaf').length === 0);
  });

  it('whatever the texts of a run are', async () => {
    for (const run of fc.sample(hostileRun, { numRuns: 8, seed: 7 })) {
      await open(run, '');
      await page.waitForSelector('.item, .nothing');
      for (const hash of [
        '',
        '#view=metrics',
        ...run.results.map(({ case: id }) => `#${new URLSearchParams({ case: id })}`),
      ]) {
        await page.evaluate((to) => {
          location.hash = to;
        }, hash);
        await page.waitForFunction(() => document.querySelector('.case .answer, .item, .part, .nothing') !== null);
        expect(await elementsOf(page)).toBe(0);
      }
      expect(await page.locator('script').count()).toBe(1);
    }
  });

  it('its policy allows its own script and style by their hashes, and nothing else', async () => {
    const report = await writePage(readRecord(createGreenRun()));
    written.push(report);
    const html = await readFile(report.path, 'utf8');
    const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1]?.replaceAll('&#39;', "'");
    expect(policy).toMatch(
      /^default-src 'none'; script-src 'sha256-[\w+/=]{44}'; style-src 'sha256-[\w+/=]{44}'; base-uri 'none'; form-action 'none'$/,
    );
    expect(html).not.toMatch(/(?:src|href)="(?!#)/);
    const page = await browser.newPage();
    await page.goto(report.url);
    const ran = await page.evaluate(() => {
      const script = document.createElement('script');
      script.textContent = 'window.ran = true';
      document.body.append(script);
      return 'ran' in window;
    });
    expect(ran).toBe(false);
  });
});
