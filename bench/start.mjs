import { llmci, measure, medianOf } from './measure.mjs';
import { row } from './rows.mjs';

/** What it costs to start at all. */
export async function measureStart() {
  const bare = await medianOf(7, () => measure(['-e', '0']), 'cpuMs');
  const version = await medianOf(7, () => measure([llmci, '--version']), 'cpuMs');
  const ratio = version.cpuMs / bare.cpuMs;
  const figure = `${ratio.toFixed(2)}x (${version.cpuMs.toFixed(0)} ms, ${bare.cpuMs.toFixed(0)} ms)`;
  return [row('llmci --version against node -e 0, CPU', figure, '1.25x', ratio <= 1.25)];
}
