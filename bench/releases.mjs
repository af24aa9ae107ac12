import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { headOf, NO_HEAD, readLedger, sealLine } from '../dist/core/releases/chain.js';
import { sealRelease } from '../dist/core/releases/releases.js';
import { digestOfAsked } from '../dist/core/requests/asked-prompt.js';
import { openPrompts } from '../dist/runtime/index.js';
import { llmci, measure, medianOf } from './measure.mjs';
import { number, row, seconds } from './rows.mjs';

const ENVIRONMENTS = ['dev', 'staging', 'production'];
const PROMPTS = 200;
const RELEASES = 5000;
const LINES = 50_000;
/** @type {{ name: string, via: 'git' }} */
const BY = { name: 'Ada <ada@example.com>', via: 'git' };
const START = Date.parse('2026-01-01T00:00:00.000Z');

/** What it costs to tell what is live, and to resolve a prompt of 1,000 tokens. */
export async function measureReleases() {
  const folder = mkdtempSync(join(tmpdir(), 'llmci-bench-'));
  try {
    writeState(folder);
    const first = await measure([llmci, 'status', '--json', '--cwd', folder]);
    const status = await medianOf(3, () => measure([llmci, 'status', '--json', '--cwd', folder]), 'cpuMs');
    /** @type {number[]} */
    const started = [];
    const open = async () => {
      const before = performance.now();
      const opened = await openPrompts({ environment: 'production', state: 'releases', cwd: folder });
      started.push(performance.now() - before);
      return opened;
    };
    for (let round = 0; round < 2; round++) await (await open()).close();
    const prompts = await open();
    const start = started.sort((a, b) => a - b)[1];
    const micros = resolveMicros(prompts);
    await prompts.close();
    const size = `${number(LINES)} ledger lines, ${number(RELEASES)} releases, ${PROMPTS} prompts`;
    return [
      row(`llmci status for the first time: ${size}`, seconds(first.cpuMs), 'none', true),
      row(`llmci status: ${size}`, seconds(status.cpuMs), '0.5 s', status.cpuMs <= 500),
      row(`openPrompts: ${size}`, seconds(start), '0.3 s', start <= 300),
      row('resolve a prompt of 1,000 tokens', `${micros.toFixed(1)} µs`, '50 µs', micros <= 50),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function resolveMicros(prompts) {
  const vars = { name: 'Ada', ticket: 'My parcel is a week late.' };
  const round = (times) => {
    for (let index = 0; index < times; index++)
      prompts.resolve(`prompt-${index % PROMPTS}`, { unit: `user-${index}`, vars });
  };
  round(20_000);
  const before = performance.now();
  round(20_000);
  return ((performance.now() - before) * 1000) / 20_000;
}

function writeState(folder) {
  mkdirSync(join(folder, 'prompts'), { recursive: true });
  mkdirSync(join(folder, 'releases', 'environments'), { recursive: true });
  writeFileSync(join(folder, 'llmci.yaml'), `environments:\n${ENVIRONMENTS.map((name) => `  ${name}: {}\n`).join('')}`);
  const refs = Array.from({ length: RELEASES }, (_, index) => writeRelease(folder, index));
  for (const environment of ENVIRONMENTS) writeLedger(folder, environment, refs);
}

function writeRelease(folder, index) {
  const prompt = `prompt-${index % PROMPTS}`;
  const count = Math.floor(index / PROMPTS) + 1;
  const content = `${'Answer briefly, kindly and in the language of the question. '.repeat(100)} ${count} {{ name }}: {{ ticket }}`;
  const asked = { model: 'echo/x', modelParameters: {}, messages: [{ role: 'user', content }] };
  const release = sealRelease({
    ...{ release: 1, prompt, number: count, digest: digestOfAsked({ asked, code: [] }), asked, declaredRisk: null },
    ...{ commit: null, dirty: null, author: BY, at: new Date(START).toISOString(), note: null, evidence: null },
  });
  mkdirSync(join(folder, 'releases', 'prompts', prompt), { recursive: true });
  writeFileSync(join(folder, 'releases', 'prompts', prompt, `${count}.json`), `${JSON.stringify(release)}\n`);
  return { prompt, number: count, digest: release.digest, hash: release.hash };
}

function writeLedger(folder, environment, refs) {
  const texts = [];
  const live = new Map();
  let head = NO_HEAD;
  for (let line = 0; line < LINES / ENVIRONMENTS.length; line++) {
    const ref = refs[line % refs.length];
    const moved = { ...ref, replaces: live.get(ref.prompt) ?? null, risk: 'low' };
    live.set(ref.prompt, ref.digest);
    const text = sealLine(
      head,
      { action: 'promote', releases: [moved] },
      BY,
      new Date(START + line * 1000).toISOString(),
    );
    head = headOf(readLedger([text], NO_HEAD, head).lines[0]);
    texts.push(text);
  }
  writeFileSync(join(folder, 'releases', 'environments', `${environment}.jsonl`), `${texts.join('\n')}\n`);
  writeFileSync(join(folder, 'releases', 'environments', `${environment}.head`), `${JSON.stringify(head)}\n`);
}
