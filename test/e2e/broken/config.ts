import { type Broken, CONFIG, PROMPT, SUITE, suiteWith } from './base.js';

const FAKE = '  fake: { type: openai, baseUrl: "http://127.0.0.1:9/v1", apiKey: env:FAKE_KEY }\n';

/** What can be wrong in llmci.yaml, and errors in several files at once. */
export const brokenConfigs: readonly Broken[] = [
  {
    name: 'unknown key',
    files: { [CONFIG]: `providers:\n${FAKE}budgets: { usd: 5 }\n` },
    problems: ['llmci.yaml:3:1  unknown key budgets (did you mean budget?)'],
  },
  {
    name: 'key that belongs elsewhere',
    files: { [CONFIG]: `providers:\n${FAKE}PASS_RATE_THRESHOLD: 0.9\n` },
    problems: [
      'llmci.yaml:3:1  unknown key PASS_RATE_THRESHOLD; known: providers, prices, budget, cache, embeddings, judge, environments, review, state, traffic, telemetry, lint, timeout, maxTime',
    ],
  },
  {
    name: 'unknown key of a provider',
    files: { [CONFIG]: 'providers:\n  fake: { type: openai, baseURL: "http://127.0.0.1:9/v1" }\n' },
    problems: ['llmci.yaml:2:25  unknown key baseURL (did you mean baseUrl?)'],
  },
  {
    name: 'duplicate provider',
    files: { [CONFIG]: `providers:\n${FAKE}${FAKE}` },
    problems: ['llmci.yaml:3:3  duplicate key fake'],
  },
  {
    name: 'unknown provider type',
    files: { [CONFIG]: `providers:\n${FAKE}  b: { type: opnai }\n` },
    problems: ['llmci.yaml:3:14  unknown type "opnai" (did you mean openai?)'],
  },
  {
    name: 'provider without a type',
    files: { [CONFIG]: `providers:\n${FAKE}  b: { apiKey: env:KEY }\n` },
    problems: ['llmci.yaml:3:6  `type` is missing; one of openai, anthropic, http, exec, echo, replay'],
  },
  {
    name: 'provider that is text',
    files: { [CONFIG]: `providers:\n${FAKE}  b: openai\n` },
    problems: ['llmci.yaml:3:6  `b` must be a mapping, not "openai"'],
  },
  {
    name: 'provider with a slash in its name',
    files: { [CONFIG]: `providers:\n${FAKE}  a/b: { type: echo }\n` },
    problems: ['llmci.yaml:3:3  a provider name has letters, digits, _ . or -'],
  },
  {
    name: '__proto__ as a provider',
    files: { [CONFIG]: `providers:\n${FAKE}  __proto__: { type: echo, x: 1 }\n` },
    problems: ['llmci.yaml:3:3  the key __proto__ is not allowed'],
  },
  {
    name: 'literal key',
    files: {
      [CONFIG]:
        'providers:\n  fake: { type: openai, apiKey: sk-proj-abcdefghijklmnop1234, baseUrl: "http://127.0.0.1:9/v1" }\n',
    },
    problems: ['llmci.yaml:2:33  a key is never written here: use env:NAME or file:PATH'],
  },
  {
    name: 'literal key of no known shape',
    files: {
      [CONFIG]: 'providers:\n  fake: { type: openai, baseUrl: "http://127.0.0.1:9/v1", apiKey: hunter2hunter2 }\n',
    },
    problems: ['llmci.yaml:2:67  a key is never written here: use env:NAME or file:PATH'],
  },
  {
    name: 'literal key that is a number',
    files: {
      [CONFIG]: 'providers:\n  fake: { type: openai, baseUrl: "http://127.0.0.1:9/v1", apiKey: 424242424242 }\n',
    },
    problems: ['llmci.yaml:2:67  a key is never written here: use env:NAME or file:PATH'],
  },
  {
    name: 'literal key in a list',
    files: {
      [CONFIG]: 'providers:\n  fake: { type: openai, apiKey: [env:FAKE_KEY, 424242424242] }\n',
    },
    problems: ['llmci.yaml:2:48  a key is never written here: use env:NAME or file:PATH'],
  },
  {
    name: 'literal key of an environment',
    files: {
      [CONFIG]: `providers:\n${FAKE}environments:\n  live: { providers: { fake: { apiKey: 424242424242, headers: { x-key: 4242424242 } } } }\n`,
    },
    problems: [
      'llmci.yaml:4:40  a key is never written here: use env:NAME or file:PATH',
      'llmci.yaml:4:72  a key is never written here: use env:NAME or file:PATH',
    ],
  },
  {
    name: 'no key in a list',
    files: { [CONFIG]: 'providers:\n  fake: { type: openai, apiKey: [] }\n' },
    problems: ['llmci.yaml:2:33  a list of keys has one at least'],
  },
  {
    name: 'key of an environment for a service that is not there, or takes none',
    files: {
      [CONFIG]: `providers:\n${FAKE}environments:\n  live: { providers: { fkae: { apiKey: env:KEY }, echo: { apiKey: env:KEY } } }\n`,
    },
    problems: [
      'llmci.yaml:4:24  unknown provider fkae (did you mean fake?)',
      'llmci.yaml:4:59  a provider of type echo has no apiKey',
    ],
  },
  {
    name: 'literal key in a header',
    files: {
      [CONFIG]:
        'providers:\n  fake: { type: openai, baseUrl: "http://127.0.0.1:9/v1", headers: { Authorization: Bearer abcdefghijklmnopqrst } }\n',
    },
    problems: ['llmci.yaml:2:85  a key is never written here: use env:NAME or file:PATH'],
  },
  {
    name: 'literal key in an address',
    files: { [CONFIG]: 'providers:\n  fake: { type: openai, baseUrl: "http://user:secret99@127.0.0.1:9/v1" }\n' },
    problems: [
      'llmci.yaml:2:34  a key is never written here: give it as apiKey or in headers, as env:NAME or file:PATH',
    ],
  },
  {
    name: 'literal key under a misspelt name',
    files: {
      [CONFIG]:
        'providers:\n  fake: { type: openai, baseUrl: "http://127.0.0.1:9/v1", api_key: sk-proj-abcdefghijklmnop1234 }\n',
    },
    problems: ['llmci.yaml:2:59  unknown key api_key (did you mean apiKey?)'],
  },
  {
    name: 'literal key as a name',
    files: { [CONFIG]: `providers:\n${FAKE}sk-proj-abcdefghijklmnop1234: 1\n` },
    problems: [
      'llmci.yaml:3:1  unknown key [redacted]; known: providers, prices, budget, cache, embeddings, judge, environments, review, state, traffic, telemetry, lint, timeout, maxTime',
    ],
  },
  {
    name: 'address that is none',
    files: { [CONFIG]: 'providers:\n  fake: { type: openai, baseUrl: localhost }\n' },
    problems: ['llmci.yaml:2:34  not an http:// or https:// address'],
  },
  {
    name: 'concurrency 0',
    files: { [CONFIG]: 'providers:\n  fake: { type: openai, baseUrl: "http://127.0.0.1:9/v1", concurrency: 0 }\n' },
    problems: ['llmci.yaml:2:72  `concurrency` must be at least 1'],
  },
  {
    name: 'requestsPerMinute 0',
    files: {
      [CONFIG]: 'providers:\n  fake: { type: openai, baseUrl: "http://127.0.0.1:9/v1", requestsPerMinute: 0 }\n',
    },
    problems: ['llmci.yaml:2:78  `requestsPerMinute` must be more than 0'],
  },
  {
    name: 'http without its address',
    files: { [CONFIG]: `providers:\n${FAKE}  app: { type: http }\n` },
    problems: ['llmci.yaml:3:3  `url` is missing'],
  },
  {
    name: 'http with a broken template',
    files: {
      [CONFIG]: `providers:\n${FAKE}  app: { type: http, url: "http://127.0.0.1:9", body: { q: "{{ ticket" }, output: $.a }\n`,
    },
    problems: ['llmci.yaml:3:60  a template that does not parse: output "{{ ticket" not closed'],
  },
  {
    name: 'http with a broken JSONPath',
    files: { [CONFIG]: `providers:\n${FAKE}  app: { type: http, url: "http://127.0.0.1:9", output: "$.a[" }\n` },
    problems: [
      "llmci.yaml:3:57  not a JSONPath (unclosed bracketed selection ('$.a[':4)); write it like $.answer.text",
    ],
  },
  {
    name: 'http with a JSONPath of 5,000 filters within one another',
    files: {
      [CONFIG]: `providers:\n${FAKE}  app: { type: http, url: "http://127.0.0.1:9", output: "$${'[?(@.a'.repeat(5000)}${')]'.repeat(5000)}" }\n`,
    },
    problems: ['llmci.yaml:3:57  not a JSONPath (it is nested too deeply); write it like $.answer.text'],
  },
  {
    name: 'http with a session that is neither the word nor a path',
    files: {
      [CONFIG]: `providers:\n${FAKE}  app: { type: http, url: "http://127.0.0.1:9", output: $.a, session: cookies }\n`,
    },
    problems: [
      "llmci.yaml:3:71  neither cookie nor a JSONPath (expected '$', found 'c' ('cookies':0)); write it like $.answer.text (did you mean cookie?)",
    ],
  },
  {
    name: 'exec with a text for a command',
    files: { [CONFIG]: `providers:\n${FAKE}  bot: { type: exec, command: python3 bot.py }\n` },
    problems: ['llmci.yaml:3:31  `command` must be a list, not "python3 bot.py"'],
  },
  {
    name: 'exec without a command',
    files: { [CONFIG]: `providers:\n${FAKE}  bot: { type: exec, command: [] }\n` },
    problems: ['llmci.yaml:3:31  a command needs a program'],
  },
  {
    name: 'bare number for the timeout',
    files: { [CONFIG]: `providers:\n${FAKE}timeout: 60\n` },
    problems: ['llmci.yaml:3:10  "60" is not a length of time; write it like 500ms, 60s, 2m or 30d'],
  },
  {
    name: 'timeout of nothing',
    files: { [CONFIG]: `providers:\n${FAKE}timeout: 0s\n` },
    problems: ['llmci.yaml:3:10  "0s" is not a length of time; write it like 500ms, 60s, 2m or 30d'],
  },
  {
    name: 'budget in euros',
    files: { [CONFIG]: `providers:\n${FAKE}budget: { usd: 5€ }\n` },
    problems: ['llmci.yaml:3:16  "5€" is not an amount in dollars; write it like 5 or $0.50'],
  },
  {
    name: 'negative budget',
    files: { [CONFIG]: `providers:\n${FAKE}budget: { usd: -5, tokens: 0 }\n` },
    problems: [
      'llmci.yaml:3:16  "-5" is not an amount in dollars; write it like 5 or $0.50',
      'llmci.yaml:3:28  `tokens` must be more than 0',
    ],
  },
  {
    name: 'price without its output',
    files: { [CONFIG]: `providers:\n${FAKE}prices: { fake/model-1: { input: 1 } }\n` },
    problems: ['llmci.yaml:3:25  `output` is missing'],
  },
  {
    name: 'price of an unknown provider',
    files: { [CONFIG]: `providers:\n${FAKE}prices: { fak/model-1: { input: 1, output: 2 } }\n` },
    problems: ['llmci.yaml:3:11  unknown provider fak in the price of fak/model-1 (did you mean fake?)'],
  },
  {
    name: 'does not parse',
    files: { [CONFIG]: 'providers:\n  fake: { type: openai\n' },
    problems: ['llmci.yaml:3:1  YAML: Flow map in block collection must be sufficiently indented and end with a }'],
  },
  {
    name: 'two documents',
    files: { [CONFIG]: `providers:\n${FAKE}---\nbudget: { usd: 1 }\n` },
    problems: ['llmci.yaml:3:1  a second document starts here; a file holds one'],
  },
  {
    name: 'a list',
    files: { [CONFIG]: '- providers\n' },
    problems: ['llmci.yaml:1:1  the file must be a mapping, not a list'],
  },
  {
    name: 'providers as a list',
    files: { [CONFIG]: 'providers:\n  - { type: openai }\n' },
    problems: ['llmci.yaml:2:3  `providers` must be a mapping, not a list'],
  },
  {
    name: 'not UTF-8',
    files: { [CONFIG]: Buffer.from([0xff, 0xfe, 0x00]) },
    problems: ['llmci.yaml:1:1  llmci.yaml is not UTF-8 text: it is UTF-16; save it as UTF-8'],
  },
  {
    name: 'a folder',
    files: { [CONFIG]: null, 'llmci.yaml/x': '' },
    problems: ['llmci.yaml:1:1  llmci.yaml is a folder'],
  },
  {
    name: 'another ending',
    files: { [CONFIG]: null, 'llmci.yml': `providers:\n${FAKE}` },
    problems: ['llmci.yml:1:1  not read: call it llmci.yaml'],
  },
  {
    name: 'hidden, in capitals, as an editor saved it, beside the one that is read',
    files: { '.llmci.yaml': '{}', 'LLMCI.yaml': '{}', 'llmci.config.yml': '{}', 'llmci.yaml.txt': '{}' },
    problems: [
      '.llmci.yaml:1:1  not read: call it llmci.yaml',
      'LLMCI.yaml:1:1  not read: call it llmci.yaml',
      'llmci.config.yml:1:1  not read: call it llmci.yaml',
      'llmci.yaml.txt:1:1  not read: call it llmci.yaml',
    ],
  },
  {
    name: 'with another ending, misspelt, as other tools have theirs',
    files: {
      '.llmcirc': 'budget: 1\n',
      'llmci.toml': '',
      'llmci.yaml.yaml': '{}',
      'llmci.yamll': '{}',
      'llmci.config.ts': '',
      'llmci.json': '{ "budget": { "usd": 1 } }',
      'llm-ci.yaml': 'budget: { usd: 1 }\n',
    },
    problems: [
      '.llmcirc:1:1  not read: call it llmci.yaml',
      'llm-ci.yaml:1:1  not read: call it llmci.yaml',
      'llmci.config.ts:1:1  not read: call it llmci.yaml',
      'llmci.json:1:1  not read: call it llmci.yaml',
      'llmci.toml:1:1  not read: call it llmci.yaml',
      'llmci.yaml.yaml:1:1  not read: call it llmci.yaml',
      'llmci.yamll:1:1  not read: call it llmci.yaml',
    ],
  },
  {
    name: 'in a folder where it is not read',
    files: { [CONFIG]: null, '.config/llmci.yaml': '{}', 'evals/llmci.yaml': '{}' },
    problems: [
      '.config/llmci.yaml:1:1  not read: put it at the root, as llmci.yaml',
      'evals/llmci.yaml:1:1  not read: put it at the root, as llmci.yaml',
    ],
  },
  {
    name: 'provider module that is not there',
    files: { [CONFIG]: `providers:\n${FAKE}  bot: { type: ./bot.mjs }\n` },
    problems: ['llmci.yaml:3:16  there is no file bot.mjs'],
  },
  {
    name: 'provider module without a default export',
    files: { [CONFIG]: `providers:\n${FAKE}  bot: { type: ./bot.mjs }\n`, 'bot.mjs': 'export const bot = 1;\n' },
    problems: [
      "llmci.yaml:3:16  bot.mjs has no provider as its default export (use defineProvider from 'llmci'; see docs/guide/extending.md)",
    ],
  },
  {
    name: 'provider module that leaves the project',
    files: { [CONFIG]: `providers:\n${FAKE}  bot: { type: ../bot.mjs }\n` },
    problems: ['llmci.yaml:3:16  ../bot.mjs leads out of the project'],
  },
  {
    name: 'errors in several files',
    files: {
      [CONFIG]: `providers:\n${FAKE}budgt: 1\ntimeout: 5\n`,
      [PROMPT]: 'model: fake/model-1\nmessages:\n  - { role: usr, content: "{{ ticket }}" }\nrisk: hgh\n',
      [SUITE]: suiteWith('dataset: d.jsonl\ntrails: 1\n'),
      'prompts/zz.prompt.yaml': 'model: nobody/x\nmessages: [{ role: user, content: "{{ a | b }}" }]\n',
      'evals/zz.eval.yaml': 'prompt: zzz\nmetrics: [{ metric: equals }]\ndataset: none.csv\n',
    },
    problems: [
      'evals/reply.eval.yaml:5:1  unknown key trails (did you mean trials?)',
      'evals/zz.eval.yaml:1:9  there is no prompt called zzz (did you mean zz?)',
      'evals/zz.eval.yaml:3:10  there is no file evals/none.csv',
      'llmci.yaml:3:1  unknown key budgt (did you mean budget?)',
      'llmci.yaml:4:10  "5" is not a length of time; write it like 500ms, 60s, 2m or 30d',
      'prompts/reply.prompt.yaml:3:13  unknown role "usr" (did you mean user?)',
      'prompts/reply.prompt.yaml:4:7  `risk` must be low, medium or high, not "hgh" (did you mean high?)',
      'prompts/zz.prompt.yaml:2:36  unknown filter b',
    ],
  },
];
