import { rmSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeCanary } from '../helpers/canary-project.js';
import { type CliProcess, startCli } from '../helpers/cli.js';
import type { DeliveryProject } from '../helpers/delivery-project.js';
import { hasBrowser, launch } from './browser.js';

const ADA = 'c3-of-ada-0123456789abcdef';
const HOSTILE = `<img src=x onerror=alert(1)><script>alert(2)</script>"'\u202e`;
const FOUND = {
  metrics: [{ metric: 'contains', value: 'nobody', id: 'found' }],
  gates: [
    { metric: 'errors', maxDrop: '5%' },
    { metric: 'found', stat: 'rate', maxDrop: '50%' },
  ],
};

describe.skipIf(!hasBrowser)('the page of a gateway that was started', () => {
  let browser: Browser;
  let project: DeliveryProject;
  let server: CliProcess;
  let page: Page;
  let address: string;
  const faults: string[] = [];

  beforeAll(async () => {
    browser = await launch();
    project = await makeCanary({}, FOUND);
    const env = { LLMCI_ADMIN_TOKENS: `ada:${ADA}` };
    server = startCli(['serve', '--env', 'dev', '--port', '0'], { cwd: project.dir, env, timeoutMs: 900_000 });
    [, address = ''] = await server.waitForOutput(/(http:\S+) serves dev/);
    page = await browser.newPage();
    page.on('dialog', () => faults.push('a dialog'));
    page.on('request', (request) => {
      if (!request.url().startsWith(address)) faults.push(request.url());
    });
    await page.goto(address);
  });
  afterAll(async () => {
    await browser?.close();
    server?.kill('SIGTERM');
    await server?.result;
    rmSync(project.dir, { recursive: true });
  });

  const open = (name: string) => page.getByRole('button', { name, exact: true }).click();

  const confirm = async (reason: string) => {
    await page.getByLabel('Admin token').fill(ADA);
    await page.getByLabel('Reason').fill(reason);
    await page.getByLabel(/to confirm/).fill('reply');
    await page.keyboard.press('Enter');
  };

  it('does nothing that a model says', async () => {
    await page.getByLabel('Admin token').fill(ADA);
    await page.keyboard.press('Enter');
    for (let unit = 0; unit < 6; unit++) {
      const body = JSON.stringify({ prompt: { id: 'reply', variables: { name: HOSTILE } } });
      const headers = { 'llmci-unit': `u${unit}` };
      expect((await fetch(`${address}/v1/responses`, { method: 'POST', headers, body })).status).toBe(200);
    }
    await page.getByText('calls that missed a mark').click({ timeout: 15_000 });
    expect(await page.locator('.failed-scores .answer').first().textContent()).toContain(
      '<img src=x onerror=alert(1)>',
    );
    expect(await page.locator('img, #app script').count()).toBe(0);
    expect(await page.textContent('body')).not.toContain('\u202e');
    expect(faults).toEqual([]);
  });

  it('shows nothing without a token, and then steers and rolls back', async () => {
    await page.reload();
    await page.getByLabel('Admin token').fill(ADA);
    await page.keyboard.press('Enter');
    await open('Pause');
    await confirm('lunch');
    await page.getByText('paused', { exact: true }).waitFor();
    await open('Share');
    await page.getByLabel('Share of units in percent').fill('12.5');
    await confirm('fewer');
    await page.getByText('12.5%').first().waitFor();
    await page.getByText('set the rollout of line 2 to 12.5%').waitFor();
    await open('Complete');
    await confirm('it looks well');
    await expect.poll(() => page.getByRole('alert').textContent()).toContain('live gates of reply@2 have not passed');
    await page.keyboard.press('Escape');
    await open('Roll back');
    await confirm('rude');
    await page.getByText('None is under way.').waitFor();
    const history = await page.locator('.history li').first().textContent();
    expect(history).toContain('ada (token) rolled back reply@2 to @1');
    expect(history).toContain('rude');
  });
});
