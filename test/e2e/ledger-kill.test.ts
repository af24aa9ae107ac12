import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { readLedger } from '../../src/core/releases/chain.js';
import { openStateFolder } from '../../src/store/state-folder.js';

const script = fileURLToPath(new URL('../helpers/append-forever.mjs', import.meta.url));

it('a writer that is killed at any moment leaves every line that it told of, and a ledger that holds', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'llmci-kill-'));
  let told = 0;
  for (let kill = 0; kill < 12; kill++) {
    const child = spawn(process.execPath, [script, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    let output = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
    });
    while (output.split('\n').length < 3 && child.exitCode === null) await sleep(2);
    // At another moment of an append each time
    await sleep(kill * 1.7);
    child.kill('SIGKILL');
    await ended;
    told = Math.max(told, ...output.split('\n').map(Number));
    const ledger = await openStateFolder(folder, 'releases').readLedger('dev');
    const { lines, fault } = readLedger(ledger?.texts ?? [], ledger?.anchor);
    expect(fault).toBeNull();
    expect(lines.length).toBeGreaterThanOrEqual(told);
  }
  expect(told).toBeGreaterThan(20);
  await rm(folder, { recursive: true, force: true });
});
