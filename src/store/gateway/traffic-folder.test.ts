import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { TrafficFolder, trafficFiles } from './traffic-folder.js';

let dir: string;
let now: number;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'llmci-traffic-'));
  now = Date.UTC(2026, 0, 1);
});
afterEach(() => rmSync(dir, { recursive: true }));

const HOUR = 3_600_000;
const folder = (path = join(dir, 'traffic', 'live')) =>
  new TrafficFolder(path, { maxAge: 10 * HOUR, maxMegabytes: 1 }, () => now);

it('begins a new file when one is large or old, and removes the oldest', async () => {
  const path = join(dir, 'traffic', 'live');
  const kept = folder();
  for (let n = 0; n < 30; n++) {
    now += 1000;
    await kept.append(['x'.repeat(60_000)]);
  }
  const names = await trafficFiles(path);
  const bytes = names.reduce((sum, name) => sum + statSync(join(path, name)).size, 0);
  expect(bytes).toBeLessThanOrEqual(1e6);
  expect(bytes).toBeGreaterThan(600_000);
  for (const name of names) expect(statSync(join(path, name)).size).toBeLessThanOrEqual(100_000);
  now += 11 * HOUR;
  await kept.append(['new']);
  expect(await trafficFiles(path)).toHaveLength(1);
  await kept.close();
});

it('is readable by its owner only, and leaves other files alone', async () => {
  const path = join(dir, 'traffic', 'live');
  const kept = folder();
  await kept.append(['one']);
  await kept.close();
  const [name = ''] = readdirSync(path);
  expect(statSync(join(path, name)).mode & 0o777).toBe(0o600);
  mkdirSync(join(path, 'notes'));
  now += 100 * HOUR;
  await kept.prune();
  expect(readdirSync(path)).toEqual(['notes']);
});
