import { readFile, stat } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { hasBrowser, launch } from './browser.js';
import { measureContrasts } from './contrast.js';
import { type StatusServer, startStatus } from './status-server.js';

/** Of the script of the page. */
const BUDGET_BYTES = 40_000;

it('the script keeps its budget, and ends where it ends', async () => {
  const script = new URL('../../dist/status-page/page.js', import.meta.url);
  expect((await stat(script)).size).toBeLessThan(BUDGET_BYTES);
  expect(await readFile(script, 'utf8')).not.toMatch(/<\/script|<!--/i);
});

describe.skipIf(!hasBrowser)('the page of status', () => {
  let browser: Browser;
  let server: StatusServer;

  beforeAll(async () => {
    browser = await launch();
    server = await startStatus();
    await server.pass(130);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  let faults: string[] = [];
  afterEach(() => {
    const found = faults;
    faults = [];
    expect(found).toEqual([]);
  });

  /** What the page says on its console is an error of the test, and so is a request to anybody else. */
  const open = async (address: string, options: Parameters<Browser['newPage']>[0] = {}): Promise<Page> => {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, ...options });
    page.on('console', (message) => {
      // A refused act is told on the page too
      if (message.type() === 'error' && !message.text().includes('401')) faults.push(message.text());
    });
    page.on('pageerror', (error) => faults.push(String(error)));
    page.on('dialog', () => faults.push('a dialog'));
    page.on('request', (request) => {
      if (!request.url().startsWith(address) && !request.url().startsWith('data:')) faults.push(request.url());
    });
    await page.goto(address);
    await page.waitForSelector('.rollout');
    return page;
  };

  it('says what is live, how each gate stands beside its margin, and what it still needs', async () => {
    const page = await open(server.address);
    expect(await page.textContent('h1')).toBe('production');
    expect(await page.title()).toBe('FAIL production - llmci serve');
    expect(await page.textContent('.rollout h3')).toBe('support-reply@3 → @4');
    expect(await page.textContent('.standing')).toContain('A gate fails · canary: 10%');
    expect(await page.locator('.live-gate .verdict b').allTextContents()).toEqual(['fail', 'pass', 'wait', 'wait']);
    expect(await page.locator('.live-gate').nth(2).textContent()).toContain('about 240 more needed');
    const picture = page.locator('.live-gate svg.picture').first();
    expect(await picture.getAttribute('aria-label')).toMatch(
      /^latency mean: now 23\.\d% slower to 12\.\d% slower, at most 8% slower allowed$/,
    );
    expect(await page.locator('.live-gate').nth(3).textContent()).toContain('? to 0.2 higher');
    expect(await page.locator('.arm h3').allTextContents()).toEqual([
      'support-reply@4 candidate',
      'support-reply@3 control',
    ]);
    const scores = page.locator('.scores');
    expect(await scores.locator('tbody tr').nth(1).locator('td').allTextContents()).toEqual([
      '0.99 (n 240, 1 failed)',
      '1 (n 60, 0 failed)',
      '3 missing, 9 over budget',
    ]);
    expect(await scores.locator('.note').textContent()).toContain('The judge of judge: 99 of its last 100 scores');
    expect(await scores.locator('p.quiet').first().textContent()).toContain('have cost $1.25 today, of $5');
    await scores.locator('summary').click();
    expect(await scores.locator('.failed-scores li').textContent()).toContain('Write to [email-1]');
    expect(await page.locator('.history li').first().textContent()).toContain(
      'began a canary rollout of support-reply@4',
    );
    await page.close();
  });

  it('follows without being loaded again', async () => {
    const page = await open(server.address);
    const calls = () => page.locator('.arm dd').first().textContent();
    const before = await calls();
    await server.pass(2);
    await expect.poll(calls).not.toBe(before);
    await page.close();
  });

  it('rolls back by keyboard, with a token and the name written out, and keeps no token', async () => {
    const page = await open(server.address);
    await page.getByRole('button', { name: 'Roll back', exact: true }).focus();
    await page.keyboard.press('Enter');
    const done = page.getByRole('dialog').getByRole('button', { name: 'Roll back' });
    await page.getByLabel('Admin token').fill('wrong');
    await page.getByLabel('Reason').fill('slow');
    await page.getByLabel(/to confirm/).fill('support');
    expect(await done.isDisabled()).toBe(true);
    await page.getByLabel(/to confirm/).fill('support-reply');
    await page.keyboard.press('Enter');
    expect(await page.getByRole('alert').textContent()).toBe('that is no admin token');
    expect(server.acts).toEqual([]);
    await page.getByLabel('Admin token').fill('right');
    await done.click();
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0);
    expect(server.acts).toEqual([
      { path: '/-/rollback', token: 'Bearer right', body: { prompt: 'support-reply', to: 3, reason: 'slow' } },
    ]);
    expect(await page.evaluate(() => [localStorage.length, sessionStorage.length, document.cookie])).toEqual([
      0,
      0,
      '',
    ]);
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.keyboard.press('Escape');
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0);
    expect(server.acts).toHaveLength(1);
    await page.close();
  });

  it.each(['light', 'dark'] as const)('has the contrast that WCAG AA asks for: %s', async (colorScheme) => {
    const page = await open(server.address, { colorScheme });
    const { checked, weak } = await page.evaluate(measureContrasts);
    expect(weak).toEqual([]);
    expect(checked).toBeGreaterThan(40);
    await page.close();
  });

  it('fits a phone without scrolling sideways', async () => {
    const page = await open(server.address, { viewport: { width: 360, height: 740 } });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
    // Nor does what is in a box that could scroll by itself
    const rights = page.locator('.live :is(th, td), .scores :is(th, td)');
    expect(
      await rights.evaluateAll((cells) => Math.max(...cells.map((cell) => cell.getBoundingClientRect().right))),
    ).toBeLessThan(360);
    await page.close();
  });

  it('nothing of a model or a ledger does anything on it', async () => {
    const hostile = await startStatus(`<img src=x onerror=alert(1)><script>alert(2)</script>"'\u202e`);
    await hostile.pass(3);
    const page = await open(hostile.address);
    expect(await page.locator('.rollout h3').textContent()).toContain('<img src=x onerror=alert(1)>');
    expect(await page.locator('img, #app script').count()).toBe(0);
    expect(await page.textContent('body')).not.toContain('\u202e');
    await page.close();
    await hostile.close();
  });

  it('says that it is old when the gateway is gone', async () => {
    const other = await startStatus();
    const page = await open(other.address);
    await other.close();
    await expect.poll(() => page.textContent('.connection'), { timeout: 15_000 }).toContain('connection lost');
    // That is what the browser says of a connection that is gone
    faults = faults.filter((fault) => !fault.includes('ERR_'));
    await page.close();
  });
});
