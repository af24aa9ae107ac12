import { type Broken, PROMPT, SUITE, THRESHOLDS, VALID } from './base.js';

const MESSAGES = `messages:
  - role: user
    content: "{{ ticket }}"
`;

/** What can be wrong in a prompt or a thresholds file. */
export const brokenPrompts: readonly Broken[] = [
  {
    name: 'unknown key',
    files: { [PROMPT]: `model: fake/model-1\nmesages: []\n${MESSAGES}` },
    problems: ['prompts/reply.prompt.yaml:2:1  unknown key mesages (did you mean messages?)'],
  },
  {
    name: 'unknown key below',
    files: { [PROMPT]: `model: fake/model-1\nmodelParameters: { temprature: 1 }\n${MESSAGES}` },
    problems: ['prompts/reply.prompt.yaml:2:20  unknown key temprature (did you mean temperature?)'],
  },
  {
    name: 'unknown key in a message',
    files: { [PROMPT]: 'model: fake/model-1\nmessages:\n  - rol: user\n    role: user\n    content: "{{ ticket }}"\n' },
    problems: ['prompts/reply.prompt.yaml:3:5  unknown key rol (did you mean role?)'],
  },
  {
    name: 'duplicate key',
    files: { [PROMPT]: `model: fake/model-1\nmodel: fake/model-2\n${MESSAGES}` },
    problems: ['prompts/reply.prompt.yaml:2:1  duplicate key model'],
  },
  {
    name: 'duplicate key below',
    files: { [PROMPT]: `model: fake/model-1\nmodelParameters:\n  seed: 1\n  "seed": 2\n${MESSAGES}` },
    problems: ['prompts/reply.prompt.yaml:4:3  duplicate key seed'],
  },
  {
    name: 'keys that become the same text',
    files: { [PROMPT]: `model: fake/model-1\n${MESSAGES}input: { defaults: { 1: a, "1": b, true: a, 'true': b } }\n` },
    problems: ['prompts/reply.prompt.yaml:5:28  duplicate key 1', 'prompts/reply.prompt.yaml:5:45  duplicate key true'],
  },
  {
    name: 'two merge keys',
    files: { [PROMPT]: `x-a: &a { seed: 1 }\nmodel: fake/model-1\nmodelParameters: { <<: *a, <<: *a }\n${MESSAGES}` },
    problems: ['prompts/reply.prompt.yaml:3:28  duplicate key <<'],
  },
  {
    name: 'wrong type',
    files: { [PROMPT]: `model: fake/model-1\nmodelParameters: { temperature: warm }\n${MESSAGES}` },
    problems: ['prompts/reply.prompt.yaml:2:33  `temperature` must be a number, not "warm"'],
  },
  {
    name: 'wrong type of a model',
    files: { [PROMPT]: `model: [fake/model-1]\n${MESSAGES}` },
    problems: ['prompts/reply.prompt.yaml:1:8  `model` must be text, not a list'],
  },
  {
    name: 'out of range',
    files: {
      [PROMPT]: `model: fake/model-1\nmodelParameters: { temperature: 3, topP: -1, maxTokens: 0 }\n${MESSAGES}`,
    },
    problems: [
      'prompts/reply.prompt.yaml:2:33  `temperature` must be at most 2',
      'prompts/reply.prompt.yaml:2:42  `topP` must be at least 0',
      'prompts/reply.prompt.yaml:2:57  `maxTokens` must be at least 1',
    ],
  },
  {
    name: 'unknown role',
    files: { [PROMPT]: 'model: fake/model-1\nmessages:\n  - { role: users, content: "{{ ticket }}" }\n' },
    problems: ['prompts/reply.prompt.yaml:3:13  unknown role "users" (did you mean user?)'],
  },
  {
    name: 'no messages',
    files: { [PROMPT]: 'model: fake/model-1\n' },
    problems: ['prompts/reply.prompt.yaml:1:1  `messages` is missing'],
  },
  {
    name: 'empty messages',
    files: { [PROMPT]: 'model: fake/model-1\nmessages: []\n' },
    problems: ['prompts/reply.prompt.yaml:2:11  a prompt needs at least one message'],
  },
  {
    name: 'a message without content',
    files: { [PROMPT]: 'model: fake/model-1\nmessages:\n  - role: user\n' },
    problems: ['prompts/reply.prompt.yaml:3:5  `content` is missing'],
  },
  {
    name: 'an empty file',
    files: { [PROMPT]: '' },
    problems: ['prompts/reply.prompt.yaml:1:1  the file must be a mapping, not nothing'],
  },
  {
    name: 'a list in place of a mapping',
    files: { [PROMPT]: '- a\n' },
    problems: ['prompts/reply.prompt.yaml:1:1  the file must be a mapping, not a list'],
  },
  {
    name: 'unknown provider in the model',
    files: { [PROMPT]: `model: opnai/gpt-4.1\n${MESSAGES}` },
    problems: ['prompts/reply.prompt.yaml:1:8  unknown provider opnai in model opnai/gpt-4.1 (did you mean openai?)'],
  },
  {
    name: 'model without provider',
    files: { [PROMPT]: `model: gpt-4.1-mini\n${MESSAGES}` },
    problems: [
      'prompts/reply.prompt.yaml:1:8  model gpt-4.1-mini names no provider: write provider/model with one of openai, anthropic, echo, replay, fake',
    ],
  },
  {
    name: 'provider without model',
    files: { [PROMPT]: `model: openai\n${MESSAGES}` },
    problems: ['prompts/reply.prompt.yaml:1:8  which model of openai? write openai/MODEL'],
  },
  {
    name: 'undefined variable',
    files: { [PROMPT]: 'model: fake/model-1\nmessages:\n  - role: user\n    content: "About {{ tiket }}"\n' },
    problems: ['prompts/reply.prompt.yaml:4:24  variable tiket is not defined in any case (did you mean ticket?)'],
  },
  {
    name: 'undefined variable in a block',
    files: {
      [PROMPT]:
        'model: fake/model-1\nmessages:\n  - role: user\n    content: |\n      Hello,\n      about {{ tiket }}\n',
    },
    problems: ['prompts/reply.prompt.yaml:6:16  variable tiket is not defined in any case (did you mean ticket?)'],
  },
  {
    name: 'undefined member',
    files: { [PROMPT]: 'model: fake/model-1\nmessages:\n  - role: user\n    content: "{{ ticket.text }}"\n' },
    problems: ['prompts/reply.prompt.yaml:4:18  variable ticket.text is not defined in any case'],
  },
  {
    name: 'unknown filter',
    files: { [PROMPT]: 'model: fake/model-1\nmessages:\n  - role: user\n    content: "{{ ticket | upcas }}"\n' },
    problems: ['prompts/reply.prompt.yaml:4:15  unknown filter upcas (did you mean upcase?)'],
  },
  {
    name: 'unknown tag',
    files: {
      [PROMPT]:
        'model: fake/model-1\nmessages:\n  - role: user\n    content: "{% iff ticket %}{{ ticket }}{% endif %}"\n',
    },
    problems: ['prompts/reply.prompt.yaml:4:15  unknown tag iff (did you mean if?)'],
  },
  {
    name: 'template that reads a file',
    files: {
      [PROMPT]: 'model: fake/model-1\nmessages:\n  - role: user\n    content: "{% include \'x\' %}{{ ticket }}"\n',
    },
    problems: ['prompts/reply.prompt.yaml:4:15  unknown tag include'],
  },
  {
    name: 'template that does not parse',
    files: { [PROMPT]: 'model: fake/model-1\nmessages:\n  - role: user\n    content: "Hi {{ ticket"\n' },
    problems: ['prompts/reply.prompt.yaml:4:18  output "{{ ticket" not closed'],
  },
  {
    name: 'block that is not closed',
    files: {
      [PROMPT]:
        'model: fake/model-1\nmessages:\n  - role: user\n    content: |\n      Hello,\n      {% if ticket %}{{ ticket }}\n',
    },
    problems: ['prompts/reply.prompt.yaml:6:7  tag {% if ticket %} not closed'],
  },
  {
    name: 'malformed input schema',
    files: { [PROMPT]: `model: fake/model-1\ninput:\n  schema: { type: objekt }\n${MESSAGES}` },
    problems: [
      'prompts/reply.prompt.yaml:3:11  not a usable JSON Schema: type: must be equal to one of the allowed values: ["array","boolean","integer","null","number","object","string"]',
    ],
  },
  {
    name: 'malformed output schema',
    files: { [PROMPT]: `model: fake/model-1\noutput:\n  format: json\n  schema: { requird: [a] }\n${MESSAGES}` },
    problems: [
      'prompts/reply.prompt.yaml:4:11  not a usable JSON Schema: unknown keyword "requird" (did you mean required?)',
    ],
  },
  {
    name: 'malformed tool schema',
    files: { [PROMPT]: `model: fake/model-1\ntools:\n  - name: t\n    parameters: { type: 7 }\n${MESSAGES}` },
    problems: [
      'prompts/reply.prompt.yaml:4:17  not a usable JSON Schema: type: must be equal to one of the allowed values: ["array","boolean","integer","null","number","object","string"]',
    ],
  },
  {
    name: 'duplicate tools',
    files: { [PROMPT]: `model: fake/model-1\ntools:\n  - name: t\n  - name: t\n${MESSAGES}` },
    problems: ['prompts/reply.prompt.yaml:4:11  two tools are called t'],
  },
  {
    name: 'schema for text',
    files: { [PROMPT]: `model: fake/model-1\noutput: { schema: { type: object } }\n${MESSAGES}` },
    problems: ['prompts/reply.prompt.yaml:2:19  a schema needs `format: json` beside it'],
  },
  {
    name: 'jsonSchema that is not JSON',
    files: { [PROMPT]: `model: fake/model-1\nresponseFormat: json_schema\njsonSchema: "{"\n${MESSAGES}` },
    problems: ['prompts/reply.prompt.yaml:3:13  `jsonSchema` is not usable JSON: it ends too early'],
  },
  {
    name: 'jsonSchema that holds no schema',
    files: {
      [PROMPT]: `model: fake/model-1\nresponseFormat: json_schema\njsonSchema: '{"name": "a", "schema": 7}'\n${MESSAGES}`,
    },
    problems: ['prompts/reply.prompt.yaml:3:13  `jsonSchema` must hold a JSON Schema: { name, schema: { … } }'],
  },
  {
    name: 'jsonSchema with a key that nobody knows',
    files: {
      [PROMPT]: `model: fake/model-1\nresponseFormat: json_schema\njsonSchema: { name: a, strikt: true, schema: {} }\n${MESSAGES}`,
    },
    problems: ['prompts/reply.prompt.yaml:3:13  `jsonSchema`: unknown key strikt (did you mean strict?)'],
  },
  {
    name: 'jsonSchema whose name no service takes',
    files: {
      [PROMPT]: `model: fake/model-1\nresponseFormat: json_schema\njsonSchema: { name: a b, schema: {} }\n${MESSAGES}`,
    },
    problems: ['prompts/reply.prompt.yaml:3:13  `jsonSchema`: name: a name has 1 to 64 letters, digits, _ or -'],
  },
  {
    name: 'output with a name and no schema',
    files: { [PROMPT]: `model: fake/model-1\noutput: { format: json, strict: false }\n${MESSAGES}` },
    problems: ['prompts/reply.prompt.yaml:2:33  `strict` needs a `schema` beside it'],
  },
  {
    name: 'jsonSchema null',
    files: { [PROMPT]: `model: fake/model-1\nresponseFormat: json_schema\njsonSchema: 'null'\n${MESSAGES}` },
    problems: ['prompts/reply.prompt.yaml:3:13  `jsonSchema` must hold a JSON Schema: { name, schema: { … } }'],
  },
  {
    name: 'jsonSchema without its format',
    files: { [PROMPT]: `model: fake/model-1\njsonSchema: "{}"\n${MESSAGES}` },
    problems: ['prompts/reply.prompt.yaml:2:13  `jsonSchema` needs `responseFormat: json_schema`'],
  },
  {
    name: 'output said twice',
    files: { [PROMPT]: `model: fake/model-1\nresponseFormat: json_object\noutput: { format: json }\n${MESSAGES}` },
    problems: [
      'prompts/reply.prompt.yaml:3:9  the format is said twice: use either `output` or `responseFormat` with `jsonSchema`',
    ],
  },
  {
    name: 'tabs',
    files: { [PROMPT]: 'model: fake/model-1\nmessages:\n\t- role: user\n' },
    problems: ['prompts/reply.prompt.yaml:3:1  YAML: a tab is not allowed as indentation; use spaces'],
  },
  {
    name: 'quote that is not closed',
    files: { [PROMPT]: 'model: "fake/model-1\nmessages: []\n' },
    problems: ['prompts/reply.prompt.yaml:1:8  YAML: this quote is never closed'],
  },
  {
    name: 'two documents',
    files: { [PROMPT]: `model: fake/model-1\n${MESSAGES}---\nmodel: fake/model-2\n` },
    problems: ['prompts/reply.prompt.yaml:5:1  a second document starts here; a file holds one'],
  },
  {
    name: 'unknown YAML tag',
    files: { [PROMPT]: `model: !secret fake/model-1\n${MESSAGES}` },
    problems: ['prompts/reply.prompt.yaml:1:8  unknown YAML tag !secret'],
  },
  {
    name: 'unknown alias',
    files: { [PROMPT]: `model: *model\n${MESSAGES}` },
    problems: ['prompts/reply.prompt.yaml:1:8  alias *model names no &model before it'],
  },
  {
    name: '__proto__',
    files: { [PROMPT]: `model: fake/model-1\n__proto__: { model: x }\n${MESSAGES}` },
    problems: ['prompts/reply.prompt.yaml:2:1  the key __proto__ is not allowed'],
  },
  {
    name: '__proto__ below',
    files: { [PROMPT]: `model: fake/model-1\ninput: { defaults: { __proto__: 1 } }\n${MESSAGES}` },
    problems: ['prompts/reply.prompt.yaml:2:22  the key __proto__ is not allowed'],
  },
  {
    name: 'constructor',
    files: { [PROMPT]: `model: fake/model-1\nconstructor: 1\n${MESSAGES}` },
    problems: [
      'prompts/reply.prompt.yaml:2:1  unknown key constructor; known: id, name, description, model, modelParameters, messages, tools, maxSteps, responseFormat, jsonSchema, input, output, owners, risk',
    ],
  },
  {
    name: 'number as a key',
    files: { [PROMPT]: `model: fake/model-1\n7: 1\n${MESSAGES}` },
    problems: [
      'prompts/reply.prompt.yaml:2:1  unknown key 7; known: id, name, description, model, modelParameters, messages, tools, maxSteps, responseFormat, jsonSchema, input, output, owners, risk',
    ],
  },
  {
    name: 'list as a key',
    files: { [PROMPT]: `model: fake/model-1\n? [a, b]\n: 1\n${MESSAGES}` },
    problems: ['prompts/reply.prompt.yaml:2:3  a key must be text; a text that starts with {{ needs quotes'],
  },
  {
    name: 'merge key of no mapping',
    files: { [PROMPT]: `model: fake/model-1\n<<: 3\n${MESSAGES}` },
    problems: ['prompts/reply.prompt.yaml:2:1  << takes a mapping, an alias of one, or a list of these'],
  },
  {
    name: 'null key',
    files: { [PROMPT]: `model: fake/model-1\n? \n: 1\n${MESSAGES}` },
    problems: ['prompts/reply.prompt.yaml:2:3  a key is missing before the colon'],
  },
  {
    name: 'CRLF',
    files: {
      [PROMPT]:
        'model: fake/model-1\r\nmessages:\r\n  - role: user\r\n    content: |\r\n      Hello,\r\n      about {{ tiket }}\r\nrisks: high\r\n',
    },
    problems: ['prompts/reply.prompt.yaml:7:1  unknown key risks (did you mean risk?)'],
  },
  {
    name: 'BOM',
    files: { [PROMPT]: '\uFEFFmodel: fake/model-1\nmessages:\n  - role: user\n    content: "{{ tiket }}"\n' },
    problems: ['prompts/reply.prompt.yaml:4:18  variable tiket is not defined in any case (did you mean ticket?)'],
  },
  {
    name: 'BOM and unknown key',
    files: { [PROMPT]: `\uFEFFmodl: fake/model-1\n${MESSAGES}` },
    problems: ['prompts/reply.prompt.yaml:1:1  unknown key modl (did you mean model?)'],
  },
  {
    name: 'not UTF-8',
    files: { [PROMPT]: Buffer.from([0x6d, 0x3a, 0x20, 0xff, 0xfe]) },
    problems: [
      'prompts/reply.prompt.yaml:1:1  prompts/reply.prompt.yaml is not UTF-8 text: byte 0xFF in line 1; save it as UTF-8',
    ],
  },
  {
    name: 'very long line',
    files: {
      [PROMPT]: `model: fake/model-1\nmessages:\n  - role: user\n    content: "${'x'.repeat(200_000)} {{ tiket }}"\n`,
    },
    problems: ['prompts/reply.prompt.yaml:4:200019  variable tiket is not defined in any case (did you mean ticket?)'],
  },
  {
    name: 'very long key',
    files: { [PROMPT]: `model: fake/model-1\n${'k'.repeat(900)}: 1\n${MESSAGES}` },
    problems: [
      'prompts/reply.prompt.yaml:2:1  unknown key kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk…; known: id, name, description, model, modelParameters, messages, tools, maxSteps, responseFormat, jsonSchema, input, output, owners, risk',
    ],
  },
  {
    name: 'very deep',
    files: { [PROMPT]: `model: ${'['.repeat(20_000)}${']'.repeat(20_000)}\n${MESSAGES}` },
    problems: ['prompts/reply.prompt.yaml:1:1  YAML: nested more than 100 deep'],
  },
  {
    name: 'a template of 5,000 tags within one another',
    files: {
      [PROMPT]: `model: fake/model-1\nmessages:\n  - role: user\n    content: "${'{% if ticket %}'.repeat(5000)}a${'{% endif %}'.repeat(5000)}"\n`,
    },
    problems: [
      'prompts/reply.prompt.yaml:4:15  the template is nested too deeply: write fewer tags, brackets or parentheses within one another',
    ],
  },
  {
    name: 'a template of 5,000 parentheses within one another',
    files: {
      [PROMPT]: `model: fake/model-1\nmessages:\n  - { role: user, content: "{{ ${'('.repeat(5000)}ticket${')'.repeat(5000)} }}" }\n`,
    },
    problems: [
      'prompts/reply.prompt.yaml:3:29  the template is nested too deeply: write fewer tags, brackets or parentheses within one another',
    ],
  },
  {
    name: 'deep',
    files: {
      [PROMPT]: `model: fake/model-1\ninput: { defaults: { a: ${'['.repeat(2000)}${']'.repeat(2000)} } }\n${MESSAGES}`,
    },
    problems: ['prompts/reply.prompt.yaml:1:1  YAML: nested more than 100 deep'],
  },
  {
    name: 'not a number',
    files: { [PROMPT]: `model: fake/model-1\nmodelParameters: { temperature: .nan, topP: .inf }\n${MESSAGES}` },
    problems: [
      'prompts/reply.prompt.yaml:2:33  `temperature` must be a number, not NaN',
      'prompts/reply.prompt.yaml:2:45  `topP` must be a number, not Infinity',
    ],
  },
  {
    name: 'duplicate prompt ids',
    files: { 'prompts/a.prompt.yaml': `id: reply\nmodel: fake/model-1\n${MESSAGES}` },
    problems: ['prompts/reply.prompt.yaml:1:1  prompt id reply is taken by prompts/a.prompt.yaml'],
  },
  {
    name: 'the same prompt with both endings',
    files: { 'prompts/reply.prompt.yml': `model: fake/model-1\n${MESSAGES}` },
    problems: ['prompts/reply.prompt.yml:1:1  there is prompts/reply.prompt.yaml too; keep one of them'],
  },

  {
    name: 'CRLF in a block',
    files: {
      [PROMPT]:
        'model: fake/model-1\r\nmessages:\r\n  - role: user\r\n    content: |\r\n      Hello,\r\n      about {{ tiket }}\r\n',
    },
    problems: ['prompts/reply.prompt.yaml:6:16  variable tiket is not defined in any case (did you mean ticket?)'],
  },
  {
    name: 'nested 200 deep',
    files: {
      [PROMPT]: `model: fake/model-1\ninput: { defaults: { a: ${'['.repeat(200)}${']'.repeat(200)} } }\n${MESSAGES}`,
    },
    problems: ['prompts/reply.prompt.yaml:2:219  YAML: nested more than 100 deep'],
  },
  {
    name: 'key is missing',
    files: { [PROMPT]: `model: fake/model-1\n: x\n${MESSAGES}` },
    problems: ['prompts/reply.prompt.yaml:2:1  a key is missing before the colon'],
  },
  {
    name: 'thresholds: unknown key',
    files: { [THRESHOLDS]: 'gate:\n  - { metric: pass, min: 0.9 }\n' },
    problems: ['prompts/reply.thresholds.yaml:1:1  unknown key gate (did you mean gates?)'],
  },
  {
    name: 'thresholds: unknown key of a gate',
    files: { [THRESHOLDS]: 'gates:\n  - { metric: pass, min: 0.9, levl: warn }\n' },
    problems: ['prompts/reply.thresholds.yaml:2:31  unknown key levl (did you mean level?)'],
  },
  {
    name: 'thresholds: duplicate key',
    files: { [THRESHOLDS]: 'gates:\n  - { metric: pass, min: 0.9, min: 0.1 }\n' },
    problems: ['prompts/reply.thresholds.yaml:2:31  duplicate key min'],
  },
  {
    name: 'thresholds: no gates',
    files: { [THRESHOLDS]: 'gates: []\n' },
    problems: ['prompts/reply.thresholds.yaml:1:8  a thresholds file needs at least one gate'],
  },
  {
    name: 'thresholds: neither gates nor live',
    files: { [THRESHOLDS]: 'confidence: 0.9\n' },
    problems: [
      'prompts/reply.thresholds.yaml:1:1  a thresholds file needs at least one gate, in `gates` or under `live`',
    ],
  },
  {
    name: 'thresholds: no bound',
    files: { [THRESHOLDS]: 'gates:\n  - { metric: pass }\n' },
    problems: [
      'prompts/reply.thresholds.yaml:2:5  a gate needs exactly one bound: min, max, maxDrop or improve (write two gates for two bounds)',
    ],
  },
  {
    name: 'thresholds: both bounds',
    files: { [THRESHOLDS]: 'gates:\n  - { metric: pass, min: 0.5, max: 0.9 }\n' },
    problems: [
      'prompts/reply.thresholds.yaml:2:5  a gate needs exactly one bound: min, max, maxDrop or improve (write two gates for two bounds)',
    ],
  },
  {
    name: 'thresholds: min 90',
    files: { [THRESHOLDS]: 'gates:\n  - { metric: pass, min: 90 }\n' },
    problems: [
      'prompts/reply.thresholds.yaml:2:26  `min` is out of range: a fraction lies between 0 and 1 (did you mean 90%?)',
    ],
  },
  {
    name: 'thresholds: min 120%',
    files: { [THRESHOLDS]: 'gates:\n  - { metric: pass, min: 120% }\n' },
    problems: ['prompts/reply.thresholds.yaml:2:26  `min` is out of range: a fraction lies between 0 and 1'],
  },
  {
    name: 'thresholds: negative',
    files: { [THRESHOLDS]: 'gates:\n  - { metric: pass, min: -0.5 }\n' },
    problems: ['prompts/reply.thresholds.yaml:2:26  `min` must not be negative; write a fraction like 0.9 or 90%'],
  },
  {
    name: 'thresholds: unit 4x',
    files: { [THRESHOLDS]: 'gates:\n  - { metric: pass, min: 4x }\n' },
    problems: [
      'prompts/reply.thresholds.yaml:2:26  "4x" is not a number with a known unit; write it like 0.9, 5%, 250ms, 4s or $0.002',
    ],
  },
  {
    name: 'thresholds: dollars of a fraction',
    files: { [THRESHOLDS]: 'gates:\n  - { metric: pass, min: $0.9 }\n' },
    problems: ['prompts/reply.thresholds.yaml:2:26  `min` must be a fraction like 0.9 or 90%'],
  },
  {
    name: 'thresholds: number as nothing',
    files: { [THRESHOLDS]: 'gates:\n  - { metric: pass, min: }\n' },
    problems: ['prompts/reply.thresholds.yaml:2:26  `min` must be a number or text, not nothing'],
  },
  {
    name: 'thresholds: a list as a bound',
    files: { [THRESHOLDS]: 'gates:\n  - { metric: pass, min: [1] }\n' },
    problems: ['prompts/reply.thresholds.yaml:2:26  `min` must be a number or text, not a list'],
  },
  {
    name: 'thresholds: unknown stat',
    files: { [THRESHOLDS]: 'gates:\n  - { metric: pass, stat: p42, min: 0.9 }\n' },
    problems: [
      'prompts/reply.thresholds.yaml:2:27  `stat` must be mean, median, min, max, p50, p90, p95, p99, sum, rate, corpus, pass@1, pass@2, pass@3, pass@4, pass@5, pass@6, pass@8, pass@10, pass^1, pass^2, pass^3, pass^4, pass^5, pass^6, pass^8 or pass^10, not "p42"',
    ],
  },
  {
    name: 'thresholds: misspelt stat',
    files: { [THRESHOLDS]: 'gates:\n  - { metric: pass, stat: medain, min: 0.9 }\n' },
    problems: [
      'prompts/reply.thresholds.yaml:2:27  `stat` must be mean, median, min, max, p50, p90, p95, p99, sum, rate, corpus, pass@1, pass@2, pass@3, pass@4, pass@5, pass@6, pass@8, pass@10, pass^1, pass^2, pass^3, pass^4, pass^5, pass^6, pass^8 or pass^10, not "medain" (did you mean median?)',
    ],
  },
  {
    name: 'thresholds: unknown level',
    files: { [THRESHOLDS]: 'gates:\n  - { metric: pass, min: 0.9, level: warning }\n' },
    problems: ['prompts/reply.thresholds.yaml:2:38  `level` must be error or warn, not "warning"'],
  },
  {
    name: 'thresholds: unknown decide',
    files: { [THRESHOLDS]: 'gates:\n  - { metric: pass, min: 0.9, decide: prof }\n' },
    problems: [
      'prompts/reply.thresholds.yaml:2:39  `decide` must be estimate, proof or point, not "prof" (did you mean proof?)',
    ],
  },
  {
    name: 'thresholds: confidence 95',
    files: { [THRESHOLDS]: 'confidence: 95\ngates:\n  - { metric: pass, min: 0.9 }\n' },
    problems: ['prompts/reply.thresholds.yaml:1:13  confidence lies between 0.5 and 0.999999, like 0.95'],
  },
  {
    name: 'thresholds: a confidence that is computed as 1',
    files: { [THRESHOLDS]: 'gates:\n  - { metric: pass, min: 0.9, confidence: 0.9999999999999 }\n' },
    problems: ['prompts/reply.thresholds.yaml:2:43  confidence lies between 0.5 and 0.999999, like 0.95'],
  },
  {
    name: 'thresholds: confidence 0.5',
    files: { [THRESHOLDS]: 'gates:\n  - { metric: pass, min: 0.9, confidence: 0.5 }\n' },
    problems: ['prompts/reply.thresholds.yaml:2:43  confidence lies between 0.5 and 0.999999, like 0.95'],
  },
  {
    name: 'thresholds: proof of a minimum',
    files: { [THRESHOLDS]: 'gates:\n  - { metric: contains, stat: min, min: 0.9, decide: proof }\n' },
    problems: [
      'prompts/reply.thresholds.yaml:2:54  the min of a sample can prove nothing about further cases; use decide: point',
    ],
  },
  {
    name: 'thresholds: unknown onInconclusive',
    files: { [THRESHOLDS]: 'onInconclusive: warning\ngates:\n  - { metric: pass, min: 0.9 }\n' },
    problems: ['prompts/reply.thresholds.yaml:1:17  `onInconclusive` must be fail, warn or pass, not "warning"'],
  },
  {
    name: 'thresholds: metric that the suite lacks',
    files: { [THRESHOLDS]: 'gates:\n  - { metric: contain, min: 0.9 }\n  - { metric: latency, stat: p95, max: 4s }\n' },
    problems: [
      'prompts/reply.thresholds.yaml:2:15  suite reply has no metric contain (did you mean contains?)',
      'prompts/reply.thresholds.yaml:3:15  suite reply has no metric latency: add it there, or move this gate to the suites that have it',
    ],
  },
  {
    name: 'thresholds: tag that no case has',
    files: {
      [THRESHOLDS]: 'gates:\n  - { metric: pass, min: 0.9, where: { tags: [safty] } }\n',
      [SUITE]:
        'prompt: reply\nmetrics:\n  - { metric: contains, value: shoes }\ncases:\n  - { id: one, vars: { ticket: about shoes }, tags: [safety] }\n',
    },
    problems: ['prompts/reply.thresholds.yaml:2:47  no case of suite reply is tagged safty (did you mean safety?)'],
  },
  {
    name: 'thresholds: empty where',
    files: {
      [THRESHOLDS]:
        'gates:\n  - { metric: pass, min: 0.9, where: { tags: [] } }\n  - { metric: pass, min: 0.9, where: {} }\n',
    },
    problems: [
      'prompts/reply.thresholds.yaml:2:46  `tags` must not be empty',
      'prompts/reply.thresholds.yaml:3:31  `tags` is missing',
    ],
  },
  {
    name: 'thresholds: without their prompt',
    files: { 'prompts/other.thresholds.yaml': 'gates:\n  - { metric: pass, min: 0.9 }\n' },
    problems: ['prompts/other.thresholds.yaml:1:1  there is no prompt beside it: prompts/other.prompt.yaml is missing'],
  },
  {
    name: 'thresholds: with both endings',
    files: { 'prompts/reply.thresholds.yml': 'gates:\n  - { metric: pass, min: 0.1 }\n' },
    problems: ['prompts/reply.thresholds.yml:1:1  there is prompts/reply.thresholds.yaml too; keep one of them'],
  },
  {
    name: 'thresholds: misspelt ending',
    files: {
      [THRESHOLDS]: null,
      'prompts/reply.threshold.yaml': 'gates:\n  - { metric: pass, min: 0.9 }\n',
      [SUITE]:
        'prompt: reply\nmetrics:\n  - { metric: contains, value: shoes }\ncases:\n  - { id: one, vars: { ticket: about shoes } }\ngates:\n  - { metric: pass, min: 0.1 }\n',
    },
    problems: ['prompts/reply.threshold.yaml:1:1  this file is not read: did you mean .thresholds.yaml?'],
  },
  {
    name: 'a broken prompt that a suite names by its written id',
    files: {
      [PROMPT]: 'id: greeting\nmodel: fake/model-1\nmesages:\n  - { role: user, content: "{{ ticket }}" }\n',
      [SUITE]: VALID[SUITE]?.replace('prompt: reply', 'prompt: greeting') ?? null,
    },
    problems: ['prompts/reply.prompt.yaml:3:1  unknown key mesages (did you mean messages?)'],
  },
  {
    name: 'a prompt that does not parse and that a suite names by its written id',
    files: {
      [PROMPT]: 'model: fake/model-1\nid: "greeting"\nmessages: [\n',
      [SUITE]: VALID[SUITE]?.replace('prompt: reply', 'prompt: greeting') ?? null,
    },
    problems: [
      'prompts/reply.prompt.yaml:4:1  YAML: Flow sequence in block collection must be sufficiently indented and end with a ]',
    ],
  },
];
