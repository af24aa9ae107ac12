import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { reportPlace, reportToFile } from '../../src/cli/report-file.js';
import type { RunReader } from '../../src/model/run-record.js';
import { htmlReporter } from '../../src/reporters/html.js';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const executablePath = [process.env['CHROMIUM'] ?? '', ...PLACES].find((path) => path !== '' && existsSync(path));

/** Whether there is a browser. Its tests are skipped without; with LLMCI_BROWSER=required, as in CI, that is an error. */
export const hasBrowser = executablePath !== undefined;

if (!hasBrowser) {
  const why = `no Chromium at ${PLACES.join(', ')} nor where CHROMIUM says, so the tests of the page would be skipped`;
  if (process.env['LLMCI_BROWSER'] === 'required') throw new Error(why);
  process.stderr.write(`${why}\n`);
}

/** A browser with nothing of its user; close it. */
export function launch(): Promise<Browser> {
  if (executablePath === undefined) throw new Error('no browser');
  // Containers run tests as root, for whom Chromium has no sandbox
  return chromium.launch({ executablePath, args: ['--no-sandbox'] });
}

/** A report in a file, as `--reporter html=FILE` writes it. */
export interface WrittenPage {
  readonly path: string;
  readonly url: string;
  remove(): Promise<void>;
}

export async function writePage(run: RunReader): Promise<WrittenPage> {
  const folder = await mkdtemp(join(tmpdir(), 'llmci-page-'));
  const path = join(folder, 'report.html');
  const stream = Object.assign(process.stderr, {});
  await reportToFile(reportPlace(folder, path), { stderr: stream } as never, (sink) => htmlReporter.report(run, sink));
  return { path, url: pathToFileURL(path).href, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** Opens a page and waits until its cases are there. What the page says on its console is an error of the test. */
export async function openPage(
  browser: Browser,
  url: string,
  options: Parameters<Browser['newPage']>[0] = {},
): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1400, height: 900 }, ...options });
  page.on('console', (message) => {
    if (message.type() === 'error') throw new Error(`the page says: ${message.text()}`);
  });
  page.on('pageerror', (error) => {
    throw error;
  });
  await show(page, url);
  return page;
}

/** Loads a page anew, as for somebody who follows a link to it: a third of what another page of the browser costs. */
export async function show(page: Page, url: string): Promise<void> {
  // From the same file, what is behind the # would be all that changes
  await page.goto('about:blank');
  await page.goto(url);
  await page.waitForSelector('#app .tabs, #app .case, #app .nothing');
}
