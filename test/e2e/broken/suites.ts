import { builtInMetrics } from '../../../src/metrics/index.js';
import { type Broken, CONFIG, metricsOf, PROMPT, SUITE, suiteWith, VALID } from './base.js';

const METRICS = builtInMetrics.map(({ type }) => type).join(', ');

const CASES = `cases:
  - { id: one, vars: { ticket: about shoes } }
`;

/** What can be wrong in a suite. */
export const brokenSuites: readonly Broken[] = [
  ...Object.entries({
    '{ metric: numeric }': [
      'many',
      '"many" is not one number in locale en; several accepted numbers are a list, and `locale` says how they are written',
    ],
    '{ metric: json, fields: true }': ['open', 'the case expects no JSON object with fields'],
    '{ metric: json-similarity, min: 0.5 }': ['open', 'an accepted answer is no JSON'],
    '{ metric: tool-call }': ['open', 'the case does not say which calls it expects: { name, arguments }'],
    '{ metric: one-of, values: [bug, question] }': ['praise', 'the case expects "praise", which is no label'],
    '{ metric: contains }': ['""', 'the case has no accepted answer to look for'],
  }).map(([entry, [expected, why]]) => ({
    name: `expected that says nothing to ${entry}`,
    files: {
      [SUITE]: `prompt: reply\nmetrics:\n  - ${entry}\ncases:\n  - id: one\n    vars: { ticket: a }\n    expected: ${expected}\n`,
    },
    problems: [
      `evals/reply.eval.yaml:7:15  case one cannot be scored by metric ${/metric: ([a-z-]+)/.exec(entry)?.[1]}: ${why}`,
    ],
  })),
  {
    name: 'expected that says nothing to a metric of the same case, and to none for other tags',
    files: {
      [SUITE]: suiteWith(
        'cases:\n  - { id: one, vars: { ticket: a }, expected: x, metrics: [{ metric: numeric, where: { tags: [a] } }] }\n  - { id: two, vars: { ticket: a }, expected: [x, y], metrics: [{ metric: numeric }], tags: [a] }\n',
      ),
    },
    problems: [
      'evals/reply.eval.yaml:6:47  case two cannot be scored by metric numeric: "x", "y" are not one number each in locale en; several accepted numbers are a list, and `locale` says how they are written',
    ],
  },
  {
    name: 'context that is none',
    files: {
      [CONFIG]: `${VALID[CONFIG]}judge: { model: fake/judge }\n`,
      [SUITE]: `prompt: reply\nmetrics:\n  - { metric: faithfulness, min: 0.5 }\ncases:\n  - { id: one, vars: { ticket: a, context: [] } }\n`,
    },
    problems: ['evals/reply.eval.yaml:5:44  case one: variable context is blank, and metric faithfulness needs it'],
  },
  {
    name: 'unknown key at the top',
    files: { [SUITE]: suiteWith(`${CASES}thresold: 0.9\n`) },
    problems: [
      'evals/reply.eval.yaml:6:1  unknown key thresold; known: description, prompt, prompts, models, trials, group, inference, correction, cassette, budget, dataset, cases, metrics, gates',
    ],
  },
  {
    name: 'misspelt key at the top',
    files: { [SUITE]: suiteWith(`${CASES}trails: 3\n`) },
    problems: ['evals/reply.eval.yaml:6:1  unknown key trails (did you mean trials?)'],
  },
  {
    name: 'unknown key in a case',
    files: { [SUITE]: suiteWith('cases:\n  - { id: one, vars: { ticket: shoes }, asserts: [] }\n') },
    problems: [
      'evals/reply.eval.yaml:5:41  unknown key asserts; known: id, vars, messages, expected, tags, metrics, turns, simulate, provenance',
    ],
  },
  {
    name: 'misspelt key in a case',
    files: {
      [SUITE]: suiteWith(
        'cases:\n  - id: one\n    vars: { ticket: shoes }\n    metric: [{ metric: contains, value: x }]\n',
      ),
    },
    problems: ['evals/reply.eval.yaml:7:5  unknown key metric (did you mean metrics?)'],
  },
  {
    name: 'unknown key of a metric',
    files: { [SUITE]: metricsOf('  - { metric: contains, vlaue: shoes }') },
    problems: ['evals/reply.eval.yaml:3:25  unknown key vlaue (did you mean value?)'],
  },
  {
    name: 'unknown key of a metric of a case',
    files: {
      [SUITE]: suiteWith(
        'cases:\n  - { id: one, vars: { ticket: shoes }, metrics: [{ metric: contains, id: b, value: x, ignorecase: true }] }\n',
      ),
    },
    problems: ['evals/reply.eval.yaml:5:88  unknown key ignorecase (did you mean ignoreCase?)'],
  },
  {
    name: 'unknown key of a gate',
    files: { [SUITE]: suiteWith(`${CASES}gates:\n  - { metric: pass, minimum: 0.9 }\n`) },
    problems: [
      'evals/reply.eval.yaml:7:21  unknown key minimum; known: metric, stat, min, max, maxDrop, improve, where, decide, level, confidence, onInconclusive, applies, coverage, calibrated, correct',
    ],
  },
  {
    name: 'unknown key of the dataset',
    files: { [SUITE]: suiteWith('dataset: { path: d.jsonl, expectd: a }\n'), 'evals/d.jsonl': '{"ticket": "shoes"}\n' },
    problems: ['evals/reply.eval.yaml:4:27  unknown key expectd (did you mean expected?)'],
  },
  {
    name: 'duplicate key',
    files: { [SUITE]: `prompt: reply\nprompt: reply\nmetrics: []\n${CASES}` },
    problems: ['evals/reply.eval.yaml:2:1  duplicate key prompt'],
  },
  {
    name: 'duplicate key in vars',
    files: { [SUITE]: suiteWith('cases:\n  - id: one\n    vars:\n      ticket: a\n      ticket: b\n') },
    problems: ['evals/reply.eval.yaml:8:7  duplicate key ticket'],
  },
  {
    name: 'duplicate keys in two forms, beside a line that is broken',
    files: { [SUITE]: suiteWith('cases: [{ vars: { ticket: a, 1: b, "1": c, true: d, "true": e } }]\n}\n') },
    problems: [
      'evals/reply.eval.yaml:4:36  duplicate key 1',
      'evals/reply.eval.yaml:4:53  duplicate key true',
      'evals/reply.eval.yaml:5:1  YAML: Unexpected flow-map-end token in YAML stream: "}"',
    ],
  },
  {
    name: 'wrong type of metrics',
    files: { [SUITE]: `prompt: reply\nmetrics: { metric: contains, value: x }\n${CASES}` },
    problems: ['evals/reply.eval.yaml:2:10  `metrics` must be a list, not a mapping'],
  },
  {
    name: 'metric by its name alone',
    files: { [SUITE]: metricsOf('  - contains') },
    problems: ['evals/reply.eval.yaml:3:5  entry 1 of `metrics` must be a mapping, not "contains"'],
  },
  {
    name: 'wrong type of a case',
    files: { [SUITE]: suiteWith('cases:\n  - shoes\n') },
    problems: ['evals/reply.eval.yaml:5:5  entry 1 of `cases` must be a mapping, not "shoes"'],
  },
  {
    name: 'wrong type of an id',
    files: { [SUITE]: suiteWith('cases:\n  - { id: 7, vars: { ticket: shoes } }\n') },
    problems: ['evals/reply.eval.yaml:5:11  `id` must be text, not the number 7'],
  },
  {
    name: 'wrong type of tags',
    files: { [SUITE]: suiteWith('cases:\n  - { id: one, vars: { ticket: shoes }, tags: safety }\n') },
    problems: ['evals/reply.eval.yaml:5:47  `tags` must be a list, not "safety"'],
  },
  {
    name: 'wrong type of vars',
    files: { [SUITE]: suiteWith('cases:\n  - { id: one, vars: shoes }\n') },
    problems: ['evals/reply.eval.yaml:5:22  `vars` must be a mapping, not "shoes"'],
  },
  {
    name: 'trials 0',
    files: { [SUITE]: suiteWith(`trials: 0\n${CASES}`) },
    problems: ['evals/reply.eval.yaml:4:9  `trials` must be at least 1'],
  },
  {
    name: 'trials 1.5',
    files: { [SUITE]: suiteWith(`trials: 1.5\n${CASES}`) },
    problems: ['evals/reply.eval.yaml:4:9  `trials` must be a whole number or a mapping, not the number 1.5'],
  },
  {
    name: 'trials as text',
    files: { [SUITE]: suiteWith(`trials: "3"\n${CASES}`) },
    problems: ['evals/reply.eval.yaml:4:9  `trials` must be a number or a mapping, not "3"'],
  },
  {
    name: 'a list where one word or a mapping is taken',
    files: { [SUITE]: metricsOf('  - { metric: json, fields: [state] }') },
    problems: ['evals/reply.eval.yaml:3:29  `fields` must be true or a mapping, not a list'],
  },
  {
    name: 'unknown metric',
    files: { [SUITE]: metricsOf('  - { metric: contians, value: shoes }') },
    problems: ['evals/reply.eval.yaml:3:15  unknown metric "contians" (did you mean contains?)'],
  },
  {
    name: 'unknown metric far from all',
    files: { [SUITE]: metricsOf('  - { metric: select-best, value: shoes }') },
    problems: [`evals/reply.eval.yaml:3:15  unknown metric "select-best"; known: ${METRICS}`],
  },
  {
    name: 'entry without a metric',
    files: { [SUITE]: metricsOf('  - { value: shoes }') },
    problems: [`evals/reply.eval.yaml:3:5  \`metric\` is missing; one of ${METRICS}`],
  },
  {
    name: 'unknown prompt',
    files: { [SUITE]: suiteWith(CASES).replace('prompt: reply', 'prompt: replay') },
    problems: ['evals/reply.eval.yaml:1:9  there is no prompt called replay (did you mean reply?)'],
  },
  {
    name: 'unknown prompt in a list',
    files: { [SUITE]: suiteWith(CASES).replace('prompt: reply', 'prompts: [reply, repyl]') },
    problems: ['evals/reply.eval.yaml:1:18  there is no prompt called repyl (did you mean reply?)'],
  },
  {
    name: 'prompt twice',
    files: { [SUITE]: suiteWith(CASES).replace('prompt: reply', 'prompts: [reply, reply]') },
    problems: ['evals/reply.eval.yaml:1:18  prompt reply stands here twice'],
  },
  {
    name: 'prompt and prompts',
    files: { [SUITE]: `prompts: [reply]\n${suiteWith(CASES)}` },
    problems: ['evals/reply.eval.yaml:1:1  a suite needs either `prompt` or `prompts`'],
  },
  {
    name: 'no prompt',
    files: { [SUITE]: `metrics: [{ metric: latency }]\n${CASES}` },
    problems: ['evals/reply.eval.yaml:1:1  a suite needs either `prompt` or `prompts`'],
  },
  {
    name: 'no prompt, wrong key',
    files: { [SUITE]: `promt: reply\nmetrics: [{ metric: latency }]\n${CASES}` },
    problems: ['evals/reply.eval.yaml:1:1  unknown key promt (did you mean prompt?)'],
  },
  {
    name: 'unknown provider',
    files: { [SUITE]: suiteWith(`models: [fake/a, fak/b]\n${CASES}`) },
    problems: ['evals/reply.eval.yaml:4:18  unknown provider fak in model fak/b (did you mean fake?)'],
  },
  {
    name: 'model twice',
    files: { [SUITE]: suiteWith(`models: [fake/a, fake/a]\n${CASES}`) },
    problems: ['evals/reply.eval.yaml:4:18  model fake/a stands here twice'],
  },
  {
    name: 'empty models',
    files: { [SUITE]: suiteWith(`models: []\n${CASES}`) },
    problems: ['evals/reply.eval.yaml:4:9  `models` must not be empty'],
  },
  {
    name: 'no model',
    files: { [PROMPT]: 'messages:\n  - { role: user, content: "{{ ticket }}" }\n' },
    problems: ['evals/reply.eval.yaml:1:9  prompt reply names no model: add `model` to it or `models` to the suite'],
  },
  {
    name: 'no cases',
    files: { [SUITE]: 'prompt: reply\nmetrics:\n  - { metric: contains, value: shoes }\n' },
    problems: ['evals/reply.eval.yaml:1:1  the suite has no cases: add `cases` or a `dataset`'],
  },
  {
    name: 'empty cases',
    files: { [SUITE]: suiteWith('cases: []\n') },
    problems: ['evals/reply.eval.yaml:1:1  the suite has no cases: add `cases` or a `dataset`'],
  },
  {
    name: 'an empty file',
    files: { [SUITE]: '# nothing yet\n' },
    problems: ['evals/reply.eval.yaml:1:1  the file must be a mapping, not nothing'],
  },
  {
    name: 'case without expected',
    files: {
      [SUITE]:
        'prompt: reply\nmetrics:\n  - { metric: equals }\ncases:\n  - { id: one, vars: { ticket: a }, expected: a }\n  - { id: two, vars: { ticket: b } }\n',
    },
    problems: ['evals/reply.eval.yaml:6:5  case two has no `expected`, which metric equals needs'],
  },
  {
    name: 'case without expected, for a metric of its own',
    files: { [SUITE]: suiteWith('cases:\n  - { id: one, vars: { ticket: a }, metrics: [{ metric: numeric }] }\n') },
    problems: ['evals/reply.eval.yaml:5:5  case one has no `expected`, which metric numeric needs'],
  },
  {
    name: 'case with nothing accepted',
    files: {
      [SUITE]:
        'prompt: reply\nmetrics:\n  - { metric: equals }\ncases:\n  - { id: one, vars: { ticket: a }, expected: [] }\n',
    },
    problems: ['evals/reply.eval.yaml:5:5  case one has no `expected`, which metric equals needs'],
  },
  {
    name: 'duplicate case ids',
    files: {
      [SUITE]: suiteWith('cases:\n  - { id: one, vars: { ticket: a } }\n  - { id: one, vars: { ticket: b } }\n'),
    },
    problems: ['evals/reply.eval.yaml:6:11  case id one is used twice'],
  },
  {
    name: 'an id that another case gets by its place',
    files: { [SUITE]: suiteWith('cases:\n  - { id: case-2, vars: { ticket: a } }\n  - { vars: { ticket: b } }\n') },
    problems: ['evals/reply.eval.yaml:6:5  case id case-2 is used twice'],
  },
  {
    name: 'duplicate case ids across the dataset',
    files: {
      [SUITE]: suiteWith(`${CASES}dataset: d.jsonl\n`),
      'evals/d.jsonl': '{"id": "two", "ticket": "a"}\n{"id": "one", "ticket": "b"}\n',
    },
    problems: ['evals/d.jsonl:2:1  case id one is used twice'],
  },
  {
    name: 'two metrics with one id',
    files: { [SUITE]: metricsOf('  - { metric: contains, value: a }\n  - { metric: contains, value: b }') },
    problems: ['evals/reply.eval.yaml:4:5  two metrics are called contains; give one an id'],
  },
  {
    name: 'a case repeats the id of a metric of the suite',
    files: {
      [SUITE]: suiteWith('cases:\n  - { id: one, vars: { ticket: a }, metrics: [{ metric: contains, value: x }] }\n'),
    },
    problems: ['evals/reply.eval.yaml:5:47  case one has two metrics called contains; give one an id'],
  },
  {
    name: 'metric called pass',
    files: { [SUITE]: metricsOf('  - { metric: contains, id: pass, value: a }') },
    problems: ['evals/reply.eval.yaml:3:29  a metric may not be called pass: gates know the whole sample by that name'],
  },
  {
    name: 'one id for two kinds of metric',
    files: {
      [SUITE]:
        'prompt: reply\ncases:\n  - { id: one, vars: { ticket: a }, metrics: [{ metric: contains, id: m, value: x }] }\n  - { id: two, vars: { ticket: a }, metrics: [{ metric: latency, id: m }] }\n',
    },
    problems: [
      'evals/reply.eval.yaml:4:47  metric m is of type latency here, and of type contains before; give one another id',
    ],
  },
  {
    name: 'one id for two directions',
    files: {
      [SUITE]:
        'prompt: reply\ncases:\n  - { id: one, vars: { ticket: a }, metrics: [{ metric: length, max: 9 }] }\n  - { id: two, vars: { ticket: a }, metrics: [{ metric: length, max: 9, not: true }] }\n',
    },
    problems: [
      'evals/reply.eval.yaml:4:47  metric length is better when it is higher (`not`) here, and when it is lower before; give one another id',
    ],
  },
  {
    name: 'mark out of range',
    files: { [SUITE]: metricsOf('  - { metric: similarity, min: 90 }') },
    problems: [
      'evals/reply.eval.yaml:3:32  `min` is out of range: a fraction lies between 0 and 1 (did you mean 90%?)',
      'evals/reply.eval.yaml:5:5  case one has no `expected`, which metric similarity needs',
    ],
  },
  {
    name: 'mark with min above max',
    files: { [SUITE]: metricsOf('  - { metric: length, min: 90, max: 10 }') },
    problems: ['evals/reply.eval.yaml:3:28  `min` is above `max`: nothing could pass'],
  },
  {
    name: 'bare number for latency',
    files: { [SUITE]: metricsOf('  - { metric: contains, value: a }\n  - { metric: latency, max: 4 }') },
    problems: ['evals/reply.eval.yaml:4:29  `max` must be a time like 250ms or 4s'],
  },
  {
    name: 'mark with the unit 4x',
    files: { [SUITE]: metricsOf('  - { metric: contains, value: a }\n  - { metric: latency, max: 4x }') },
    problems: [
      'evals/reply.eval.yaml:4:29  "4x" is not a number with a known unit; write it like 0.9, 5%, 250ms, 4s or $0.002',
    ],
  },
  {
    name: 'mark in seconds of a cost',
    files: { [SUITE]: metricsOf('  - { metric: contains, value: a }\n  - { metric: cost, max: 4s }') },
    problems: ['evals/reply.eval.yaml:4:26  `max` must be an amount like $0.002'],
  },
  {
    name: 'not without a mark',
    files: { [SUITE]: metricsOf('  - { metric: contains, value: a }\n  - { metric: latency, not: true }') },
    problems: ['evals/reply.eval.yaml:4:24  latency has no pass mark to turn round; add min or max'],
  },
  {
    name: 'negative weight',
    files: { [SUITE]: metricsOf('  - { metric: contains, value: a, weight: -1 }') },
    problems: ['evals/reply.eval.yaml:3:43  `weight` must be at least 0'],
  },
  {
    name: 'metric for a tag that no case has',
    files: {
      [SUITE]:
        'prompt: reply\nmetrics:\n  - { metric: contains, value: a, where: { tags: [safty] } }\n  - { metric: length }\ncases:\n  - { id: one, vars: { ticket: a }, tags: [safety] }\n',
    },
    problems: ['evals/reply.eval.yaml:3:51  no case of suite reply is tagged safty (did you mean safety?)'],
  },
  {
    name: 'a case that no metric covers',
    files: {
      [SUITE]:
        'prompt: reply\ncases:\n  - { id: one, vars: { ticket: a }, metrics: [{ metric: contains, value: a }] }\n  - { id: two, vars: { ticket: b } }\n',
    },
    problems: ['evals/reply.eval.yaml:4:5  case two has no metric, so nothing would judge it'],
  },
  {
    name: 'malformed regex',
    files: { [SUITE]: metricsOf('  - { metric: regex, pattern: "a(b" }') },
    problems: ['evals/reply.eval.yaml:3:31  not a regular expression: Unterminated group'],
  },
  {
    name: 'malformed regex flags',
    files: { [SUITE]: metricsOf('  - { metric: regex, pattern: ab, flags: gi }') },
    problems: ['evals/reply.eval.yaml:3:42  flags are some of i, m, s and u (or v), each once'],
  },
  {
    name: 'malformed JSON Schema',
    files: { [SUITE]: metricsOf('  - metric: json\n    schema: { type: object, requierd: [a] }') },
    problems: [
      'evals/reply.eval.yaml:4:13  not a usable JSON Schema: unknown keyword "requierd" (did you mean required?)',
    ],
  },
  {
    name: 'JSON Schema with an unknown type',
    files: { [SUITE]: metricsOf('  - metric: json\n    schema: { type: strng }') },
    problems: [
      'evals/reply.eval.yaml:4:13  not a usable JSON Schema: type: must be equal to one of the allowed values: ["array","boolean","integer","null","number","object","string"]',
    ],
  },
  {
    name: 'malformed tolerance',
    files: {
      [SUITE]:
        'prompt: reply\nmetrics:\n  - { metric: numeric, tolerance: 5s }\ncases:\n  - { id: one, vars: { ticket: a }, expected: 1 }\n',
    },
    problems: ['evals/reply.eval.yaml:3:35  "5s" is not a tolerance; write it like 0.5 or 1%'],
  },
  {
    name: 'empty value',
    files: { [SUITE]: metricsOf('  - { metric: contains, value: "" }') },
    problems: ['evals/reply.eval.yaml:3:32  a text to find has to hold something that is seen'],
  },
  {
    name: 'gate on a metric that the suite lacks',
    files: { [SUITE]: suiteWith(`${CASES}gates:\n  - { metric: semantic, min: 0.9 }\n`) },
    problems: [
      'evals/reply.eval.yaml:7:15  suite reply has no metric semantic: add it there, or move this gate to the suites that have it',
    ],
  },
  {
    name: 'gate on pass without a pass mark',
    files: { [SUITE]: metricsOf('  - { metric: length }') },
    problems: [
      'prompts/reply.thresholds.yaml:2:15  suite reply has no metric with a pass mark, so nothing in it can pass',
    ],
  },
  {
    name: 'rate of a metric without a mark',
    files: {
      [SUITE]: metricsOf('  - { metric: contains, value: a }\n  - { metric: latency }').concat(
        'gates:\n  - { metric: latency, stat: rate, min: 0.9 }\n',
      ),
    },
    problems: ['evals/reply.eval.yaml:8:30  latency has no pass mark, so it has no rate; give its metric a min or max'],
  },
  {
    name: 'corpus of metrics that have no value of one',
    files: {
      [SUITE]: metricsOf('  - { metric: contains, value: a }\n  - { metric: latency }').concat(
        'gates:\n  - { metric: latency, stat: corpus, max: 4s }\n  - { metric: pass, stat: corpus, min: 0.9 }\n',
      ),
    },
    problems: [
      'evals/reply.eval.yaml:8:30  latency has no value of the whole corpus; its stat can be mean, median, min, max, p50, p90, p95, p99, sum',
      'evals/reply.eval.yaml:9:27  pass has no value of the whole corpus; its stat can be mean, median, min, max, p50, p90, p95, p99, sum, rate',
    ],
  },
  {
    name: 'corpus of a metric whose parameters differ between cases',
    files: {
      [SUITE]: `prompt: reply
metrics:
  - { metric: contains, value: shoes }
cases:
  - { id: one, vars: { ticket: a }, expected: a, metrics: [{ metric: bleu }] }
  - { id: two, vars: { ticket: b }, expected: b, metrics: [{ metric: bleu, tokenize: char }] }
gates:
  - { metric: bleu, stat: corpus, min: 0.3 }
`,
    },
    problems: [
      'evals/reply.eval.yaml:8:27  bleu has other parameters in some cases, so their counts do not add up to one value of the corpus; its stat can be mean, median, min, max, p50, p90, p95, p99, sum',
    ],
  },
  {
    name: 'gate with a bare number for latency',
    files: {
      [SUITE]: metricsOf('  - { metric: contains, value: a }\n  - { metric: latency }').concat(
        'gates:\n  - { metric: latency, stat: p95, max: 4 }\n',
      ),
    },
    problems: ['evals/reply.eval.yaml:8:40  `max` must be a time like 250ms or 4s'],
  },
  {
    name: 'undefined variable in one case',
    files: {
      [SUITE]: suiteWith('cases:\n  - { id: one, vars: { ticket: a } }\n  - { id: two, vars: { tickt: b } }\n'),
    },
    problems: [
      'evals/reply.eval.yaml:6:5  case two: variable ticket is not defined (did you mean tickt?), but prompt reply uses it at prompts/reply.prompt.yaml:4:18',
    ],
  },
  {
    name: 'vars that do not fit the input schema',
    files: {
      [PROMPT]:
        'model: fake/model-1\ninput: { schema: { type: object, properties: { ticket: { type: string, minLength: 3 } }, additionalProperties: false } }\nmessages:\n  - { role: user, content: "{{ ticket }}" }\n',
      [SUITE]: suiteWith(
        'cases:\n  - { id: one, vars: { ticket: a } }\n  - { id: two, vars: { ticket: shoes, x: 1 } }\n',
      ),
    },
    problems: [
      'evals/reply.eval.yaml:5:22  case one does not fit the input of prompt reply: ticket: must NOT have fewer than 3 characters',
      'evals/reply.eval.yaml:6:22  case two does not fit the input of prompt reply: must NOT have additional properties: "x"',
    ],
  },
  {
    name: 'suite with both endings',
    files: { 'evals/reply.eval.yml': suiteWith(CASES) },
    problems: ['evals/reply.eval.yml:1:1  there is evals/reply.eval.yaml too; keep one of them'],
  },
  {
    name: 'misspelt ending',
    files: { 'evals/other.evals.yaml': suiteWith(CASES) },
    problems: ['evals/other.evals.yaml:1:1  this file is not read: did you mean .eval.yaml?'],
  },
  {
    name: '__proto__ at the top',
    files: { [SUITE]: suiteWith(`${CASES}__proto__: { trials: 3 }\n`) },
    problems: ['evals/reply.eval.yaml:6:1  the key __proto__ is not allowed'],
  },
  {
    name: '__proto__ in vars',
    files: { [SUITE]: suiteWith('cases:\n  - { id: one, vars: { ticket: a, __proto__: { x: 1 } } }\n') },
    problems: ['evals/reply.eval.yaml:5:35  the key __proto__ is not allowed'],
  },
  {
    name: '__proto__ in a metric',
    files: { [SUITE]: metricsOf('  - { metric: contains, value: a, __proto__: { min: 0 } }') },
    problems: ['evals/reply.eval.yaml:3:35  the key __proto__ is not allowed'],
  },
  {
    name: 'alias bomb',
    files: {
      [SUITE]: `prompt: reply\na: &a [x, x, x, x, x, x, x, x, x]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a]\nc: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b]\nd: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c]\ncases: [*d]\n`,
    },
    problems: ['evals/reply.eval.yaml:3:8  too many aliases; write the values out'],
  },
  {
    name: 'more aliases than a file may have',
    files: {
      [SUITE]: `prompt: reply\n${Array.from({ length: 600 }, (_, n) => `x-${n}: [&a${n} a, *a${n}]`).join('\n')}\n${CASES}`,
    },
    problems: ['evals/reply.eval.yaml:502:18  too many aliases; write the values out'],
  },
  {
    name: 'alias of itself',
    files: { [SUITE]: `prompt: reply\nmetrics: &m [{ metric: contains, value: a }, *m]\n${CASES}` },
    problems: ['evals/reply.eval.yaml:2:46  alias *m stands within what it names'],
  },
  {
    name: 'broken through an alias',
    files: {
      [SUITE]:
        'prompt: reply\nmetrics: [{ metric: contains, value: a }]\ncases:\n  - &c { id: one, vars: { ticket: a } }\n  - *c\n',
    },
    problems: ['evals/reply.eval.yaml:5:5  case id one is used twice'],
  },
  {
    name: 'tab',
    files: { [SUITE]: 'prompt: reply\n\tmetrics: []\n' },
    problems: ['evals/reply.eval.yaml:2:1  YAML: a tab is not allowed as indentation; use spaces'],
  },
  {
    name: 'colon in a plain text',
    files: { [SUITE]: suiteWith('cases:\n  - id: one\n    vars:\n      ticket: shoes: red\n') },
    problems: [
      'evals/reply.eval.yaml:7:15  YAML: a mapping within a line; a text with a colon and a space in it needs quotes',
    ],
  },
  {
    name: 'template sign without quotes',
    files: { [PROMPT]: 'model: fake/model-1\nmessages:\n  - { role: user, content: {{ ticket }} }\n' },
    problems: ['prompts/reply.prompt.yaml:3:29  a key must be text; a text that starts with {{ needs quotes'],
  },
  {
    name: 'not UTF-8',
    files: { [SUITE]: Buffer.from([0x70, 0x3a, 0x20, 0xff]) },
    problems: [
      'evals/reply.eval.yaml:1:1  evals/reply.eval.yaml is not UTF-8 text: byte 0xFF in line 1; save it as UTF-8',
    ],
  },
  {
    name: 'UTF-16',
    files: { [SUITE]: Buffer.from('\uFEFFprompt: reply\n', 'utf16le') },
    problems: ['evals/reply.eval.yaml:1:1  evals/reply.eval.yaml is not UTF-8 text: it is UTF-16; save it as UTF-8'],
  },
  {
    name: 'module of a metric that is not there',
    files: { [SUITE]: metricsOf('  - { metric: ./tone.mjs }') },
    problems: ['evals/reply.eval.yaml:3:15  there is no file evals/tone.mjs'],
  },
  {
    name: 'module without a default export',
    files: { [SUITE]: metricsOf('  - { metric: ./tone.mjs }'), 'evals/tone.mjs': 'export const tone = 1;\n' },
    problems: [
      "evals/reply.eval.yaml:3:15  evals/tone.mjs has no metric as its default export (use defineMetric from 'llmci'; see docs/guide/extending.md)",
    ],
  },
  {
    name: 'module with another default export',
    files: {
      [SUITE]: metricsOf('  - { metric: ./tone.mjs }'),
      'evals/tone.mjs': 'export default { type: "tone", describe: "x", params: {} };\n',
    },
    problems: [
      "evals/reply.eval.yaml:3:15  evals/tone.mjs has no metric as its default export (use defineMetric from 'llmci'; see docs/guide/extending.md); it lacks unit, better, score",
    ],
  },
  {
    name: 'module with a unit that is none',
    files: {
      [SUITE]: metricsOf('  - { metric: ./tone.mjs }'),
      'evals/tone.mjs':
        'export default { type: "tone", describe: "x", params: {}, unit: "count", better: "higher", score: () => 1 };\n',
    },
    problems: [
      "evals/reply.eval.yaml:3:15  evals/tone.mjs has no metric as its default export (use defineMetric from 'llmci'; see docs/guide/extending.md); its unit must be one of fraction, ms, usd, tokens, characters, number",
    ],
  },
  {
    name: 'module that throws',
    files: { [SUITE]: metricsOf('  - { metric: ./tone.mjs }'), 'evals/tone.mjs': 'throw new Error("no tone");\n' },
    problems: ['evals/reply.eval.yaml:3:15  evals/tone.mjs throws when it is imported: Error: no tone'],
  },
  {
    name: 'module that throws what is no error',
    files: { [SUITE]: metricsOf('  - { metric: ./tone.mjs }'), 'evals/tone.mjs': 'throw null;\n' },
    problems: ['evals/reply.eval.yaml:3:15  evals/tone.mjs throws when it is imported: null'],
  },
  {
    name: 'module that throws when it is looked at',
    files: {
      [SUITE]: metricsOf('  - { metric: ./tone.mjs }'),
      'evals/tone.mjs': 'export default { get score() { throw new Error("no tone"); } };\n',
    },
    problems: ['evals/reply.eval.yaml:3:15  evals/tone.mjs throws when it is imported: Error: no tone'],
  },
  {
    name: 'module outside of the project',
    files: { [SUITE]: metricsOf('  - { metric: ../../tone.mjs }') },
    problems: ['evals/reply.eval.yaml:3:15  ../../tone.mjs leads out of the project'],
  },
  {
    name: 'provider module that is not there',
    files: { [SUITE]: suiteWith(`models: [./bot.mjs:small]\n${CASES}`) },
    problems: ['evals/reply.eval.yaml:4:10  there is no file evals/bot.mjs'],
  },
  {
    name: 'provider module with a slash for the model',
    files: { [SUITE]: suiteWith(`models: [./bot.mjs/small]\n${CASES}`) },
    problems: [
      'evals/reply.eval.yaml:4:10  model ./bot.mjs/small: a module is written like ./bot.mjs or ./bot.mjs:model',
    ],
  },
  {
    name: 'provider module without a default export',
    files: { [SUITE]: suiteWith(`models: [./bot.mjs]\n${CASES}`), 'evals/bot.mjs': 'export default {};\n' },
    problems: [
      "evals/reply.eval.yaml:4:10  evals/bot.mjs has no provider as its default export (use defineProvider from 'llmci'; see docs/guide/extending.md); it lacks type, describe, config, identity, create",
    ],
  },
  {
    name: 'a cassette that is a folder',
    files: { [SUITE]: suiteWith(`cassette: ..\n${CASES}`) },
    problems: ['evals/reply.eval.yaml:4:11  .. is a folder, not a file'],
  },
  {
    name: 'alias of itself in vars',
    files: { [SUITE]: suiteWith('cases:\n  - { id: one, vars: &v { ticket: *v } }\n') },
    problems: ['evals/reply.eval.yaml:5:35  alias *v stands within what it names'],
  },
  {
    name: 'two undefined variables in one template',
    files: {
      [PROMPT]:
        'model: fake/model-1\nmessages:\n  - { role: user, content: "{{ a }} {{ ticket }} {{ b }} {{ a.x }}" }\n',
      [SUITE]: suiteWith(
        'cases:\n  - { id: one, vars: { ticket: x, a: { x: 1 } } }\n  - { id: two, vars: { ticket: x } }\n',
      ),
    },
    problems: [
      'evals/reply.eval.yaml:6:5  case two: variable a is not defined, but prompt reply uses it at prompts/reply.prompt.yaml:3:32',
      'prompts/reply.prompt.yaml:3:53  variable b is not defined in any case (did you mean a?)',
    ],
  },
  {
    name: 'a key that would write to the terminal, or as a CI command',
    files: {
      [SUITE]: suiteWith('cases:\n  - { id: one, vars: { ticket: a }, "\\n::error::\\e[31mx": 1 }\n'),
    },
    problems: [
      'evals/reply.eval.yaml:5:37  unknown key ::error::x; known: id, vars, messages, expected, tags, metrics, turns, simulate, provenance',
    ],
  },
];
