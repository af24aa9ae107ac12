import type { Findings } from '../import-findings.js';
import { type Located, numberOf } from '../located.js';

/** What is read elsewhere, with findings of its own. */
const READ = new Set([
  ...[
    'prompts',
    'providers',
    'targets',
    'tests',
    'scenarios',
    'defaultTest',
    'description',
    'passRateThreshold',
    '$schema',
  ],
]);

/** What else may stand in a configuration, and how llmci does it. */
const SETTINGS: Readonly<Record<string, string>> = {
  outputPath: 'reports are asked for by flag: `llmci eval --reporter json=FILE`',
  sharing: 'llmci has no server to share to; `--reporter html=FILE` is a page in one file',
  nunjucksFilters: 'code is never run by an import: write the values as the prompts need them',
  extensions: 'code is never run by an import: set up and tear down around `llmci eval` in CI',
  redteam: 'llmci does not attack; cases that you keep are evaluated as all others',
  derivedMetrics: '`score` is the weighted mean of a sample; a metric of your own may compute another',
  tags: 'tags belong to cases here',
  tracing: 'llmci reads no traces',
  metadata: 'the suite has a `description`',
  writeLatestResultsToDisk: 'every run is kept in .llmci/runs',
};

const OPTIONS: Readonly<Record<string, string>> = {
  maxConcurrency: '`concurrency` of the provider in llmci.yaml, or `--concurrency`',
  delay: '`requestsPerMinute` of the provider in llmci.yaml',
  cache: '`cache` in llmci.yaml; trials are calls of their own',
  showProgressBar: '',
  timeoutMs: '`timeout` in llmci.yaml',
  maxEvalTimeMs: '`llmci eval --max-time`',
};

/** Tells what becomes of the settings of a configuration. */
export function tellSettings(root: Located, findings: Findings): void {
  for (const [key, { place, value }] of root.members) {
    if (READ.has(key)) continue;
    if (key === 'env') tellEnvironment(value, findings);
    else if (key === 'evaluateOptions' || key === 'commandLineOptions') tellOptions(value, findings);
    else if (key === 'sharing' && value.data === false) continue;
    else findings.refuse(`setting ${key}`, place, SETTINGS[key] ?? 'llmci knows no such setting');
  }
}

function tellEnvironment(env: Located, findings: Findings): void {
  for (const [name, { place }] of env.members) {
    if (name === 'PROMPTFOO_PASS_RATE_THRESHOLD') continue;
    findings.refuse(
      `variable of the environment ${name}`,
      place,
      'what prompts read of it stands in them now; keys come from the environment that llmci runs in: `apiKey: env:NAME` in llmci.yaml',
    );
  }
}

function tellOptions(options: Located, findings: Findings): void {
  for (const [name, { place, value }] of options.members) {
    if (name === 'passRateThreshold') continue;
    const repeat = numberOf(value);
    if (name === 'repeat' && repeat !== undefined) {
      if (repeat > 1)
        findings.take('option repeat', place, `\`trials: ${repeat}\`; gates know that trials of a case are alike`);
      continue;
    }
    const note = OPTIONS[name];
    if (note !== '') findings.refuse(`option ${name}`, place, note ?? 'llmci knows no such option');
  }
}
