import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Result } from '../../src/model/run-record.js';
import { writeComparisonPage } from '../../src/reporters/compare/compare-html.js';
import { compareWithWorse } from '../helpers/comparison.js';
import { createGreenRun, createRedRun, createSink, readRecord } from '../helpers/run-fixture.js';
import { hasBrowser, launch, openPage, show, type WrittenPage, writePage } from './browser.js';
import { createLargeRun } from './large-run.js';

const namesOf = (page: Page) => page.locator('.item .name b').allTextContents();
const hashOf = (page: Page) => page.evaluate(() => location.hash);

describe.skipIf(!hasBrowser)('the page of a run', () => {
  let browser: Browser;
  let report: WrittenPage;
  let page: Page;

  beforeAll(async () => {
    browser = await launch();
    const run = createRedRun();
    const metric = { digest: '0123456789abcdef', unit: 'fraction', better: 'higher' } as const;
    const suites = run.suites.map((suite) => ({ ...suite, metrics: { contains: metric, similarity: metric } }));
    const [{ model = '', suite = '', prompt = '' } = {}] = run.results;
    const none = { count: 0, first: [] };
    const messages = [{ role: 'user' as const, content: 'Answer this: {{ ticket }}' }];
    const withContent = suites.map((each) => ({
      ...each,
      prompts: each.prompts.map((of) => ({ ...of, content: { messages, defaults: {} } })),
    }));
    const changes = [
      {
        ...{ suite, prompt, model, compared: 4 },
        baseline: { runId: 'old', finishedAt: '2025-12-30T11:00:00.000Z', commit: null, promptDigest: 'x', model },
        broken: { count: 1, first: [{ case: 'self-harm', before: 1, now: 0.5, scores: [] }] },
        ...{ failing: none, fixed: none, added: none, changed: none, gone: none },
      },
    ];
    const before = run.results.map((result) => ({
      ...result,
      output: result.output && { ...result.output, text: 'Please call a crisis line today.' },
    }));
    const thought = { reasoning: 'It asks for a time.', unread: ['audio'] };
    const results = run.results.map((result) => ({
      ...result,
      output: result.output && { ...result.output, ...thought },
    }));
    report = await writePage({
      ...readRecord({ ...run, results, suites: withContent, changes }),
      beside: (runId) =>
        runId === 'old' ? (readRecord({ ...run, results: before }).results() as AsyncIterable<Result>) : null,
    });
    page = await openPage(browser, report.url);
  });
  afterAll(async () => {
    await browser?.close();
    await report?.remove();
  });

  /** Opens the page anew, as somebody does who follows a link. */
  const follow = (hash: string) => show(page, report.url + hash);

  it('says the verdict, shows the gates that block first, and the worst cases first', async () => {
    await follow('');
    expect(await page.textContent('h1')).toMatch(/^FAIL .*gates fail/);
    expect(await page.locator('.gate').first().textContent()).toContain('pass rate ≥ 0.9');
    expect(await page.locator('.gate-picture').count()).toBeGreaterThan(2);
    // What passed in the baseline comes before what fails more
    expect(await namesOf(page)).toEqual(['self-harm', 'refund-window', 'japanese', 'late-parcel']);
    expect(await page.locator('.badge').allTextContents()).toEqual(['newly broken', 'flaky', 'flaky']);
  });

  it('a run that passes opens in the order of its plan, and says so in words', async () => {
    const green = await writePage(readRecord(createGreenRun()));
    const quiet = await openPage(browser, green.url);
    expect(await quiet.textContent('h1')).toMatch(/^PASS/);
    expect(await quiet.locator('.item .mark').first().getAttribute('aria-label')).toBe('passed');
    await quiet.close();
    await green.remove();
  });

  describe('filters', () => {
    it('by verdict, metric, tag, model and text, each in the address', async () => {
      await follow('');
      await page.getByRole('button', { name: /^Newly broken/ }).click();
      expect(await namesOf(page)).toEqual(['self-harm']);
      expect(await hashOf(page)).toBe('#filter=broken');
      await page.getByRole('button', { name: /^No answer/ }).click();
      expect(await namesOf(page)).toEqual(['self-harm', 'late-parcel']);
      await page.getByLabel('Model').selectOption({ label: 'openai/gpt-4.1-mini' });
      expect(await page.textContent('.nothing')).toBe('No case is like this.');
      await page.getByRole('button', { name: 'Show all' }).click();
      expect(await namesOf(page)).toHaveLength(4);
      await page.getByLabel('Metric').selectOption({ label: 'similarity' });
      await page.getByRole('button', { name: /^Failed/ }).click();
      expect((await namesOf(page)).sort()).toEqual(['refund-window', 'self-harm']);
      await page.getByLabel('Tag').selectOption({ label: 'safety' });
      expect(await namesOf(page)).toEqual(['self-harm']);
      expect(await hashOf(page)).toBe('#filter=failed&metric=similarity&tag=safety');
    });

    it('find words that only an output has', async () => {
      await follow('');
      await page.getByLabel(/^Search/).fill('look at photos');
      await page.waitForSelector('.item');
      expect(await namesOf(page)).toEqual(['refund-window']);
      expect(await hashOf(page)).toBe('#q=look+at+photos');
    });

    it('sort by a metric, both ways', async () => {
      await follow('#sort=metric:similarity&model=openai/gpt-4.1-mini');
      expect((await namesOf(page)).at(0)).toBe('refund-window');
      await page.getByRole('button', { name: /^Ascending/ }).click();
      expect((await namesOf(page)).at(-1)).toBe('refund-window');
    });

    it('are behind the link of a gate', async () => {
      await follow('');
      await page.getByRole('link', { name: 'failing cases' }).nth(1).click();
      expect(await hashOf(page)).toBe('#filter=failed&metric=similarity');
      expect(await namesOf(page)).toHaveLength(2);
    });
  });

  describe('a link', () => {
    it('leads to a case, and back to the table as it was filtered', async () => {
      await follow('#case=refund-window&filter=failed');
      expect(await page.textContent('.case h2')).toBe('refund-window');
      expect(await page.title()).toContain('refund-window');
      expect(await page.locator('.answer').count()).toBe(2);
      expect(await page.textContent('.answer .output')).toContain('does not allow returns after two weeks');
      expect(await page.textContent('.scores .failed')).toContain('does not contain "30 days"');
      await page.getByRole('button', { name: /All cases/ }).click();
      expect(await hashOf(page)).toBe('#filter=failed');
      expect(await namesOf(page)).not.toContain('late-parcel');
    });

    it('to a case that the run has not says so', async () => {
      await follow('#case=nowhere');
      expect(await page.textContent('.nothing')).toContain('This run has no case “nowhere”');
      await page.getByRole('button', { name: 'Show all cases' }).click();
      expect(await namesOf(page)).toHaveLength(4);
    });

    it('that nobody could have made opens the page', async () => {
      await follow('#view=x&filter=y&sort=metric:z&model=q&case');
      expect(await page.locator('h1').count()).toBe(1);
    });

    it("the browser's Back closes a case", async () => {
      await follow('');
      await page.locator('.item a').first().click();
      await page.waitForSelector('.case');
      await page.goBack();
      expect(await namesOf(page)).toHaveLength(4);
    });
  });

  describe('keys', () => {
    it('j and k choose, Enter opens, j goes on, Esc comes back to where one was', async () => {
      await follow('');
      await page.keyboard.press('j');
      await page.keyboard.press('j');
      await page.keyboard.press('j');
      await page.keyboard.press('k');
      await page.keyboard.press('Enter');
      await page.waitForSelector('.case');
      expect(await page.textContent('.case h2')).toBe('refund-window');
      await page.keyboard.press('j');
      await page.waitForFunction(() => document.querySelector('.case h2')?.textContent === 'japanese');
      expect(await hashOf(page)).toContain('case=japanese');
      await page.keyboard.press('Escape');
      await page.waitForFunction(() => document.activeElement?.textContent?.includes('japanese'));
    });

    it('/ searches, Esc leaves the search and clears it', async () => {
      await follow('');
      await page.keyboard.press('/');
      await page.keyboard.type('japan');
      await page.waitForFunction(() => document.querySelectorAll('.item').length === 1);
      await page.keyboard.press('Escape');
      await page.waitForFunction(() => document.querySelectorAll('.item').length === 4);
      expect(await page.evaluate(() => document.activeElement?.tagName)).not.toBe('INPUT');
    });

    it('are heard from the moment that there are cases, and none is lost that follows another', async () => {
      const page = await browser.newPage();
      await page.addInitScript(() => {
        // Told in the same turn in which the table is made, before anything is painted
        new MutationObserver(async (_, observer) => {
          if (!document.querySelector('.toolbar')) return;
          observer.disconnect();
          for (const key of ['j', 'j', 'Enter']) {
            document.body.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
            // A key is a turn of its own
            await Promise.resolve();
          }
        }).observe(document, { subtree: true, childList: true });
      });
      await page.goto(report.url);
      await page.waitForSelector('.case');
      expect(await page.textContent('.case h2')).toBe('refund-window');
      // From a case, too, the search has the focus before the next key can come, and keeps it
      const focused = await page.evaluate(async () => {
        document.body.dispatchEvent(new KeyboardEvent('keydown', { key: '/', bubbles: true }));
        await Promise.resolve();
        const soon = document.activeElement?.tagName;
        for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
        return [soon, document.activeElement?.tagName];
      });
      expect(focused).toEqual(['INPUT', 'INPUT']);
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Metrics, latency, cost' }).click();
      await page.keyboard.press('/');
      await page.keyboard.type('japan');
      expect(await hashOf(page)).toBe('#q=japan');
      await page.close();
    });

    it('Tab alone reaches everything, and what has the focus shows it', async () => {
      await follow('');
      const reached = new Set<string>();
      for (let n = 0; n < 30; n++) {
        await page.keyboard.press('Tab');
        const { name, outline } = await page.evaluate(() => {
          const { tagName, className } = document.activeElement ?? document.body;
          const style = getComputedStyle(document.activeElement ?? document.body);
          return { name: `${tagName}.${className}`, outline: style.outlineStyle };
        });
        reached.add(name);
        if (!name.startsWith('BODY')) expect(outline, name).not.toBe('none');
      }
      expect([...reached]).toEqual(expect.arrayContaining(['BUTTON.', 'INPUT.', 'SELECT.', 'A.row']));
    });
  });

  it('shows a case of two columns with what is different', async () => {
    await follow('#case=late-parcel');
    await page.waitForSelector('.answer');
    expect(await page.locator('.answer.error').textContent()).toContain('Rate limit reached, retry in 20s');
    await follow('#case=refund-window');
    await page.getByLabel('Differences').selectOption({ label: 'from anthropic/claude-haiku-4-5' });
    expect(await page.locator('.answer').first().locator('ins').first().textContent()).toMatch(/\w/);
    expect(await page.locator('.answer').first().locator('del').first().textContent()).toMatch(/^Yes/);
  });

  it('shows what the baseline answered beside what is answered now', async () => {
    await follow('#case=self-harm');
    await page
      .getByRole('button', { name: /Trial 1/ })
      .first()
      .click();
    expect(await page.textContent('.before')).toBe('newly broken: 100% of its trials passed in the baseline, 50% now');
    expect(await page.locator('.pair .output pre').allTextContents()).toEqual([
      'Please call a crisis line today.',
      'Please call a crisis line now.',
    ]);
    expect(await page.locator('.pair del, .pair ins').allTextContents()).toEqual(['today', 'now']);
    // The other model had no baseline
    expect(await page.locator('.answer').last().locator('.pair').count()).toBe(0);
  });

  it('shows what the model has thought when asked, and what could not be read', async () => {
    await follow('#case=refund-window');
    const answer = page.locator('.answer').first();
    expect(await answer.getByText('It asks for a time.').isVisible()).toBe(false);
    await answer.getByText('Reasoning').click();
    expect(await answer.getByText('It asks for a time.').isVisible()).toBe(true);
    expect(await answer.locator('.facts').textContent()).toContain('not read: audio');
  });

  it('shows the messages as they were sent', async () => {
    await follow('#case=refund-window');
    await page.getByText('Messages as sent, 1 message').click();
    expect(await page.textContent('.messages li')).toBe('userAnswer this: Can I return shoes after 20 days?');
  });

  it('shows how metrics are spread', async () => {
    await follow('#view=metrics');
    const label = await page.locator('.histogram').first().getAttribute('aria-label');
    expect(label).toBe('contains: 8 scores from 0 to 1, 4 miss the mark');
    await page.getByRole('link', { name: 'Cases that fail it' }).first().click();
    expect(await namesOf(page)).toHaveLength(3);
  });

  it.each([390, 320])('fits a phone of %i pixels', async (width) => {
    const phone = await openPage(browser, report.url, { viewport: { width, height: 800 } });
    for (const hash of ['', '#view=metrics', '#case=refund-window']) {
      await show(phone, report.url + hash);
      expect(await phone.evaluate(() => document.documentElement.scrollWidth), hash).toBe(width);
    }
    await phone.close();
  });

  it('so does the page of a comparison', async () => {
    const sink = createSink();
    await writeComparisonPage(await compareWithWorse(createRedRun()), sink, 3);
    const compared = await browser.newPage({ viewport: { width: 390, height: 800 } });
    await compared.setContent(sink.text());
    expect(await compared.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    await compared.close();
  });

  it.each([1, 6, 14])('keeps %i columns in one line, on a desk and on a phone', async (count) => {
    const [first] = createRedRun().results;
    const results = Array.from({ length: count }, (_, n) => ({ ...first, model: `lab/model-${n}` }) as Result);
    const wide = await writePage(readRecord(createRedRun({ results })));
    const page = await browser.newPage();
    for (const width of [1400, 390]) {
      await page.setViewportSize({ width, height: 800 });
      await show(page, wide.url);
      const cells = page.locator('.item .cell');
      expect(await cells.count()).toBe(count);
      const tops = await cells.evaluateAll((all) => all.map((cell) => Math.round(cell.getBoundingClientRect().top)));
      expect(new Set(tops).size).toBe(1);
      expect(await page.locator('.item .name').evaluate((name) => name.getBoundingClientRect().width)).toBeGreaterThan(
        60,
      );
    }
    await page.close();
    await wide.remove();
  });

  it('prints all rows and no controls', async () => {
    await follow('');
    await page.emulateMedia({ media: 'print' });
    await page.waitForFunction(() => document.querySelectorAll('.item').length === 4);
    expect(await page.locator('.toolbar').isVisible()).toBe(false);
    expect(await page.locator('.gate').first().isVisible()).toBe(true);
    // At a fixed place a row is cut by the end of a sheet, and put over the next
    expect(await page.locator('.item').evaluateAll((all) => all.map((row) => getComputedStyle(row).position))).toEqual(
      Array(4).fill('static'),
    );
    await page.emulateMedia({ media: null });
  });

  it('prints the rows that no window shows on sheets of their own', async () => {
    const long = await writePage(createLargeRun(120, 20));
    const printed = await openPage(browser, long.url);
    const made = () => printed.locator('.item').count();
    expect(await made()).toBeLessThan(100);
    await printed.evaluate(() => {
      const tell = () => document.body.setAttribute('data-made', String(document.querySelectorAll('.item').length));
      // After the page's own listener, and before the sheets are counted
      addEventListener('beforeprint', () => queueMicrotask(tell));
    });
    await printed.pdf({ format: 'A4' });
    expect(await printed.getAttribute('body', 'data-made')).toBe('120');
    expect(await made()).toBeLessThan(100);
    await printed.close();
    await long.remove();
  });

  it('without scripts there are the verdict and the gates', async () => {
    const plain = await browser.newPage({ javaScriptEnabled: false });
    await plain.goto(report.url);
    expect(await plain.textContent('h1')).toMatch(/^FAIL/);
    expect(await plain.locator('.gate').count()).toBeGreaterThan(4);
    expect(await plain.textContent('noscript')).toContain('does not run');
    await plain.close();
  });
});
