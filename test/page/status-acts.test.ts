import { rmSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeCanary } from '../helpers/canary-project.js';
import { type CliProcess, startCli } from '../helpers/cli.js';
import type { DeliveryProject } from '../helpers/delivery-project.js';
import { hasBrowser, launch } from './browser.js';

const ADA = 'c3-of-ada-0123456789abcdef';

describe.skipIf(!hasBrowser)('the page of a gateway that was started', () => {
  let browser: Browser;
  let project: DeliveryProject;
  let server: CliProcess;
  let page: Page;

  beforeAll(async () => {
    browser = await launch();
    project = await makeCanary();
    const env = { LLMCI_ADMIN_TOKENS: `ada:${ADA}` };
    server = startCli(['serve', '--env', 'dev', '--port', '0'], { cwd: project.dir, env, timeoutMs: 900_000 });
    const [, address = ''] = await server.waitForOutput(/(http:\S+) serves dev/);
    page = await browser.newPage();
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

  it('shows nothing without a token, and then steers and rolls back', async () => {
    await page.getByLabel('Admin token').fill(ADA);
    await page.keyboard.press('Enter');
    await open('Pause');
    await confirm('lunch');
    await page.getByText('paused', { exact: true }).waitFor();
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
