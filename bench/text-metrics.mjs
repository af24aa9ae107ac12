import { llmci, makeProject, measure, medianOf } from './measure.mjs';
import { filesOf } from './projects.mjs';
import { number, row, seconds } from './rows.mjs';

const cases = 10_000;
const vocabulary = 'the a of to and refund order days within return shop customer please account number send our'.split(
  ' ',
);

/** Answers of 20 to 60 words that share most of their words with the accepted ones, by five metrics at once. */
export async function measureTextMetrics() {
  const rows = Array.from({ length: cases }, (_, index) => {
    const text = sentence(index, 20 + (index % 41));
    return JSON.stringify({ text, expected: `${text.slice(0, text.length - 20)} ${sentence(index + 1, 6)}.` });
  });
  const metrics = ['rouge', 'bleu', 'chrf', 'f1', 'levenshtein'].map((metric) => `{ metric: ${metric} }`);
  const project = makeProject({
    ...filesOf('echo', cases),
    'evals/bench.eval.yaml': `prompt: bench\ndataset: ../fixtures/bench.jsonl\nmetrics: [${metrics.join(', ')}]\ngates: [{ metric: bleu, stat: corpus, min: 0.1 }]\n`,
    'fixtures/bench.jsonl': `${rows.join('\n')}\n`,
  });
  const run = () => measure([llmci, 'eval', '--quiet'], { cwd: project.folder });
  const { cpuMs, memoryMb } = await medianOf(3, run, 'cpuMs');
  project.remove();
  return [
    row(
      `${number(cases)} rows scored with rouge, bleu, chrf, f1 and levenshtein, CPU`,
      `${seconds(cpuMs)} (${memoryMb.toFixed(0)} MB)`,
      '20 s',
      cpuMs < 20_000,
    ),
  ];
}

function sentence(seed, length) {
  const word = (at) => vocabulary[(seed * 31 + at * at * 7 + at) % vocabulary.length];
  return Array.from({ length }, (_, at) => word(at)).join(' ');
}
