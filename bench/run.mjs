// npm run bench: measures the promises on speed and memory. `node bench/run.mjs start large-runs` measures some of them.
import { measureGoodput } from './goodput.mjs';
import { measureLargeRuns } from './large-runs.mjs';
import { measureReleases } from './releases.mjs';
import { print } from './rows.mjs';
import { measureStart } from './start.mjs';
import { measureTextMetrics } from './text-metrics.mjs';
import { measureThroughput } from './throughput.mjs';
import { measureWarmCache } from './warm-cache.mjs';

/** Each gives the rows that it prints. */
const measurements = {
  start: measureStart,
  throughput: measureThroughput,
  goodput: measureGoodput,
  'warm-cache': measureWarmCache,
  'large-runs': measureLargeRuns,
  'text-metrics': measureTextMetrics,
  releases: measureReleases,
};

const names = process.argv.slice(2);
for (const name of names.length > 0 ? names : Object.keys(measurements)) print(name, await measurements[name]());
