import { llmci, makeProject, measure, medianOf } from './measure.mjs';
import { filesOf } from './projects.mjs';
import { number, row, seconds } from './rows.mjs';

const sizes = [1, 1000, 10_000, 100_000];
const formats = {
  jsonl: (rows) => rows.map((each) => JSON.stringify(each)),
  csv: (rows) => ['text,expected', ...rows.map(({ text, expected }) => `"${text}","${expected}"`)],
};

/**
 * Samples that cost nothing but llmci's own work, two metrics each. What one sample takes is start-up; beyond it a run
 * ten times as large may take ten times the CPU, and 1.5 times the memory.
 */
export async function measureLargeRuns() {
  const rows = [];
  for (const format of Object.keys(formats)) {
    const found = new Map();
    for (const cases of sizes) {
      const project = makeLargeProject(format, cases);
      const run = () => measure([llmci, 'eval', '--quiet'], { cwd: project.folder });
      found.set(cases, await medianOf(cases > 10_000 ? 1 : 3, run, 'cpuMs'));
      project.remove();
    }
    rows.push(...rowsOf(format, found));
  }
  return rows;
}

export function makeLargeProject(format, cases) {
  const data = Array.from({ length: cases }, (_, index) => ({
    text: `Where is order ${index} of customer ${(index * 7919) % 104_729}?`,
    expected: 'order',
  }));
  return makeProject({
    ...filesOf('echo', 0),
    'evals/bench.eval.yaml': `prompt: bench\ndataset: ../fixtures/bench.${format}\nmetrics: [{ metric: contains }, { metric: levenshtein }]\ngates: [{ metric: pass, min: 0.5 }, { metric: levenshtein, min: 0.01 }]\n`,
    [`fixtures/bench.${format}`]: `${formats[format](data).join('\n')}\n`,
  });
}

function rowsOf(format, found) {
  const startUp = found.get(1).cpuMs;
  return sizes.slice(1).flatMap((cases) => {
    const { cpuMs, memoryMb } = found.get(cases);
    const before = cases > 1000 ? found.get(cases / 10) : null;
    const growth = before && (cpuMs - startUp) / (before.cpuMs - startUp);
    const isLast = cases === sizes.at(-1);
    const perSample = `${(((cpuMs - startUp) / cases) * 1000).toFixed(0)} µs a sample`;
    return [
      row(
        `${number(cases)} echo samples from ${format}, two metrics, CPU`,
        `${seconds(cpuMs)}, ${perSample}${growth ? `, ${growth.toFixed(1)} times ${number(cases / 10)} less start-up` : ''}`,
        isLast ? '11 times' : '',
        !isLast || growth <= 11,
      ),
      row(
        '  peak memory',
        `${memoryMb.toFixed(0)} MB${before ? `, ${(memoryMb / before.memoryMb).toFixed(2)} times ${number(cases / 10)}` : ''}`,
        isLast ? '1.5 times' : '',
        !isLast || memoryMb <= 1.5 * before.memoryMb,
      ),
    ];
  });
}
