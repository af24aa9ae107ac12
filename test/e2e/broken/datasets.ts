import { type Broken, PROMPT, SUITE, suiteWith } from './base.js';

const using = (dataset: string, file: string, content: string | Buffer) => ({
  [SUITE]: suiteWith(`dataset: ${dataset}\n`),
  [`evals/${file}`]: content,
});
const equalsUsing = (dataset: string, file: string, content: string) => ({
  [SUITE]: `prompt: reply\nmetrics:\n  - { metric: equals }\ndataset: ${dataset}\n`,
  [`evals/${file}`]: content,
});

const lacking = 'variable name is not defined, but prompt reply uses it at prompts/reply.prompt.yaml:3:45';

/** What can be wrong in a dataset, and in the paths that files name. */
export const brokenDatasets: readonly Broken[] = [
  {
    name: 'JSONL: row that does not parse',
    files: using('d.jsonl', 'd.jsonl', '{"ticket": "a"}\n\n{"ticket": "b"\n{"ticket": "c"}\n'),
    problems: ['evals/d.jsonl:3:15  row 2 is not usable JSON: it ends too early'],
  },
  {
    name: 'JSONL: row that is no mapping',
    files: using('d.jsonl', 'd.jsonl', '{"ticket": "a"}\n["b"]\n7\n'),
    problems: [
      'evals/d.jsonl:2:1  row 2: a row must be { column: value, … }',
      'evals/d.jsonl:3:1  row 3: a row must be { column: value, … }',
    ],
  },
  {
    name: 'JSONL: duplicate key',
    files: using('d.jsonl', 'd.jsonl', '{"ticket": "a", "n": {"x": 1, "x": 2}}\n{"ticket": "a", "ticket": "b"}\n'),
    problems: [
      'evals/d.jsonl:1:31  row 1 is not usable JSON: duplicate key x',
      'evals/d.jsonl:2:17  row 2 is not usable JSON: duplicate key ticket',
    ],
  },
  {
    name: 'JSONL: unknown key of a case',
    files: using('d.jsonl', 'd.jsonl', '{"vars": {"ticket": "a"}, "expectd": "b"}\n'),
    problems: ['evals/d.jsonl:1:1  row 1: unknown key expectd (did you mean expected?)'],
  },
  {
    name: 'JSONL: __proto__',
    files: using('d.jsonl', 'd.jsonl', '{"ticket": "a", "__proto__": {"x": 1}}\n'),
    problems: ['evals/d.jsonl:1:17  row 1 is not usable JSON: the key __proto__ is not allowed'],
  },
  {
    name: 'JSONL: wrong types',
    files: using(
      'd.jsonl',
      'd.jsonl',
      '{"vars": {"ticket": "a"}, "tags": "x", "id": 7}\n{"vars": {"ticket": "a"}, "tags": [1]}\n',
    ),
    problems: [
      'evals/d.jsonl:1:1  row 1: `id` must be text, not the number 7',
      'evals/d.jsonl:1:1  row 1: `tags` must be a list, not "x"',
      'evals/d.jsonl:2:1  row 2: entry 1 of `tags` must be text, not the number 1',
    ],
  },
  {
    name: 'JSONL: unknown metric of a row',
    files: using('d.jsonl', 'd.jsonl', '{"vars": {"ticket": "a"}, "metrics": [{"metric": "contians"}]}\n'),
    problems: ['evals/d.jsonl:1:1  row 1: unknown metric "contians" (did you mean contains?)'],
  },
  {
    name: 'JSONL: duplicate ids',
    files: using('d.jsonl', 'd.jsonl', '{"id": "x", "ticket": "a"}\n{"id": "x", "ticket": "b"}\n'),
    problems: ['evals/d.jsonl:2:1  case id x is used twice'],
  },
  {
    name: 'JSONL: empty',
    files: using('d.jsonl', 'd.jsonl', ''),
    problems: ['evals/d.jsonl:1:1  the dataset is empty: a run without cases judges nothing'],
  },
  {
    name: 'JSONL: blank lines',
    files: using('d.jsonl', 'd.jsonl', '\n\n  \n'),
    problems: ['evals/d.jsonl:1:1  the dataset is empty: a run without cases judges nothing'],
  },
  {
    name: 'JSONL: variable missing in one row',
    files: using('d.jsonl', 'd.jsonl', '{"ticket": "a"}\n{"tickt": "b"}\n'),
    problems: [
      'evals/d.jsonl:2:1  case row-2: variable ticket is not defined (did you mean tickt?), but prompt reply uses it at prompts/reply.prompt.yaml:4:18',
    ],
  },
  {
    name: 'JSONL: expected missing in one row',
    files: equalsUsing('d.jsonl', 'd.jsonl', '{"ticket": "a", "expected": "a"}\n{"ticket": "b"}\n'),
    problems: ['evals/d.jsonl:2:1  case row-2 has no `expected`, which metric equals needs'],
  },
  {
    name: 'JSONL: very deep',
    files: using('d.jsonl', 'd.jsonl', `{"ticket": ${'['.repeat(20_000)}${']'.repeat(20_000)}}\n`),
    problems: ['evals/d.jsonl:1:111  row 1 is not usable JSON: it is nested more than 100 deep'],
  },
  {
    name: 'JSONL: NaN',
    files: using('d.jsonl', 'd.jsonl', '{"ticket": NaN}\n'),
    problems: ["evals/d.jsonl:1:12  row 1 is not usable JSON: unexpected token 'N'"],
  },
  {
    name: 'JSONL: not UTF-8',
    files: using('d.jsonl', 'd.jsonl', Buffer.from([0x7b, 0xff, 0x7d])),
    problems: ['evals/reply.eval.yaml:4:10  evals/d.jsonl is not UTF-8 text: byte 0xFF in line 1; save it as UTF-8'],
  },
  {
    name: 'CSV: too many columns',
    files: using('d.csv', 'd.csv', 'ticket,n\na,1\nb,2,3\n'),
    problems: ['evals/d.csv:3:1  row 2 has 3 columns, but the heading has 2'],
  },
  {
    name: 'CSV: too few columns behind a quoted newline',
    files: using('d.csv', 'd.csv', 'ticket,n\n"a\nb",1\nc\n'),
    problems: ['evals/d.csv:4:1  row 2 has 1 column, but the heading has 2'],
  },
  {
    name: 'CSV: quote that is not closed',
    files: using('d.csv', 'd.csv', 'ticket,n\n"a,1\nb,2\n'),
    problems: ['evals/d.csv:2:1  row 1 does not parse: a quote in it is never closed'],
  },
  {
    name: 'CSV: quote within a field',
    files: using('d.csv', 'd.csv', 'ticket,n\na"b,1\n'),
    problems: [
      'evals/d.csv:2:1  row 1 does not parse: a quote within a value; put the whole value in quotes and write each quote in it twice',
    ],
  },
  {
    name: 'CSV: heading only',
    files: using('d.csv', 'd.csv', 'ticket,n\n'),
    problems: ['evals/d.csv:1:1  the dataset is empty: a run without cases judges nothing'],
  },
  {
    name: 'CSV: empty',
    files: using('d.csv', 'd.csv', ''),
    problems: ['evals/d.csv:1:1  the dataset is empty: a run without cases judges nothing'],
  },
  {
    name: 'CSV: two columns with one name',
    files: using('d.csv', 'd.csv', 'ticket,n,ticket\na,1,b\n'),
    problems: ['evals/d.csv:1:1  two columns are called ticket'],
  },
  {
    name: 'CSV: column without a name',
    files: using('d.csv', 'd.csv', 'ticket,\na,1\n'),
    problems: ['evals/d.csv:2:1  row 1 has a value in column 2, which has no name in the heading'],
  },
  {
    name: 'JSONL: expected without a number, in one row',
    files: {
      ...using('d.jsonl', 'd.jsonl', '{"ticket": "a", "expected": "18"}\n{"ticket": "b", "expected": "many"}\n'),
      [SUITE]: 'prompt: reply\nmetrics:\n  - { metric: numeric }\ndataset: d.jsonl\n',
    },
    problems: [
      'evals/d.jsonl:2:1  case row-2 cannot be scored by metric numeric: "many" is not one number in locale en; several accepted numbers are a list, and `locale` says how they are written',
    ],
  },
  {
    name: 'CSV: expected left empty',
    files: equalsUsing('d.csv', 'd.csv', 'ticket,expected\na,a\nb,\n'),
    problems: ['evals/d.csv:3:1  case row-2 has no `expected`, which metric equals needs'],
  },
  {
    name: 'CSV: mapped expected left empty',
    files: equalsUsing(
      '{ path: d.csv, expected: answer, vars: { ticket: ticket } }',
      'd.csv',
      'ticket,answer\na,a\nb,\n',
    ),
    problems: ['evals/d.csv:3:1  case row-2 has no `expected`, which metric equals needs'],
  },
  {
    name: 'CSV: all accepted answers left empty',
    files: equalsUsing(
      '{ path: d.csv, expected: [x, y], vars: { ticket: ticket } }',
      'd.csv',
      'ticket,x,y\na,a,\nb,,\n',
    ),
    problems: ['evals/d.csv:3:1  case row-2 has no `expected`, which metric equals needs'],
  },
  {
    name: 'CSV: duplicate ids behind a quoted newline',
    files: using('d.csv', 'd.csv', 'id,ticket\nx,"a\nb"\nx,c\n'),
    problems: ['evals/d.csv:4:1  case id x is used twice'],
  },
  {
    name: 'JSON: does not parse',
    files: using('d.json', 'd.json', '[{"ticket": "a"},\n {"ticket": }]\n'),
    problems: ["evals/d.json:2:13  not JSON: unexpected token '}'"],
  },
  {
    name: 'JSON: no list',
    files: using('d.json', 'd.json', '{"ticket": "a"}\n'),
    problems: ['evals/d.json:1:1  a dataset is a list of rows'],
  },
  {
    name: 'JSON: duplicate key',
    files: using('d.json', 'd.json', '[\n  {"ticket": "a", "ticket": "b"}\n]\n'),
    problems: ['evals/d.json:2:19  duplicate key ticket'],
  },
  {
    name: 'JSON: row of the wrong type',
    files: using('d.json', 'd.json', '[\n  {"ticket": "a"},\n  "b"\n]\n'),
    problems: ['evals/d.json:3:3  row 2: a row must be { column: value, … }'],
  },
  {
    name: 'JSON: empty list',
    files: using('d.json', 'd.json', '[]\n'),
    problems: ['evals/d.json:1:1  the dataset is empty: a run without cases judges nothing'],
  },
  {
    name: 'YAML: does not parse',
    files: using('d.yaml', 'd.yaml', '- ticket: a\n- ticket: "b\n'),
    problems: ['evals/d.yaml:2:11  YAML: this quote is never closed'],
  },
  {
    name: 'YAML: unknown key of a case',
    files: using('d.yaml', 'd.yaml', '- vars: { ticket: a }\n- vars: { ticket: b }\n  expcted: b\n'),
    problems: ['evals/d.yaml:3:3  row 2: unknown key expcted (did you mean expected?)'],
  },
  {
    name: 'YAML: empty',
    files: using('d.yaml', 'd.yaml', '# none\n'),
    problems: ['evals/d.yaml:1:1  the dataset is empty: a run without cases judges nothing'],
  },
  {
    name: 'YAML: a mapping',
    files: using('d.yaml', 'd.yaml', 'cases:\n  - ticket: a\n'),
    problems: ['evals/d.yaml:1:1  a dataset is a list of rows'],
  },
  {
    name: 'mapping to a missing column',
    files: using('{ path: d.csv, vars: { ticket: titel } }', 'd.csv', 'title,n\na,1\nb,2\n'),
    problems: ['evals/d.csv:2:1  row 1: no column titel (did you mean title?)'],
  },
  {
    name: 'mapping to a missing column in one row',
    files: using(
      '{ path: d.jsonl, vars: { ticket: a.text } }',
      'd.jsonl',
      '{"a": {"text": "x"}}\n{"a": {"txt": "x"}}\n',
    ),
    problems: ['evals/d.jsonl:2:1  row 2: no column a.text, of a'],
  },
  {
    name: 'mapping of expected to a missing column',
    files: equalsUsing('{ path: d.csv, expected: anwser }', 'd.csv', 'ticket,answer\na,1\n'),
    problems: ['evals/d.csv:2:1  row 1: no column anwser (did you mean answer?)'],
  },
  {
    name: 'mapping of ids and tags to missing columns',
    files: using('{ path: d.csv, id: key, tags: [kind] }', 'd.csv', 'ticket,keys\na,1\n'),
    problems: ['evals/d.csv:2:1  row 1: no column key (did you mean keys?); no column kind, of ticket, keys'],
  },
  {
    name: 'mapping to JSON that does not parse',
    files: equalsUsing(
      '{ path: d.csv, expected: { json: answer }, vars: { ticket: ticket } }',
      'd.csv',
      'ticket,answer\na,"{""x"": 1}"\nb,{x\n',
    ),
    problems: ["evals/d.csv:3:1  row 2: column answer is not usable JSON: expected property name or '}'"],
  },
  {
    name: 'mapping without a path',
    files: { [SUITE]: suiteWith('dataset: { vars: { ticket: a } }\n') },
    problems: ['evals/reply.eval.yaml:4:1  `path` is missing'],
  },
  {
    name: 'missing file',
    files: { [SUITE]: suiteWith('dataset: ../fixtures/none.jsonl\n') },
    problems: ['evals/reply.eval.yaml:4:10  there is no file fixtures/none.jsonl'],
  },
  {
    name: 'missing file, near another',
    files: using('dta.jsonl', 'data.jsonl', '{"ticket": "a"}\n'),
    problems: ['evals/reply.eval.yaml:4:10  there is no file evals/dta.jsonl (did you mean data.jsonl?)'],
  },
  {
    name: 'wrong ending',
    files: using('d.xlsx', 'd.xlsx', 'x'),
    problems: [
      'evals/reply.eval.yaml:4:10  evals/d.xlsx is no dataset: its name must end in .jsonl, .ndjson, .csv, .tsv, .json, .yaml, .yml',
    ],
  },
  {
    name: 'a folder',
    files: { [SUITE]: suiteWith('dataset: d.jsonl\n'), 'evals/d.jsonl/x': '' },
    problems: ['evals/reply.eval.yaml:4:10  evals/d.jsonl is a folder'],
  },
  {
    name: 'a file as a folder',
    files: using('d.jsonl/x.jsonl', 'd.jsonl', ''),
    problems: [
      'evals/reply.eval.yaml:4:10  evals/d.jsonl/x.jsonl cannot be there: a part of its path is a file, not a folder',
    ],
  },
  {
    name: 'dataset that leaves the project',
    files: { [SUITE]: suiteWith('dataset: ../../etc/passwd\n') },
    problems: ['evals/reply.eval.yaml:4:10  ../../etc/passwd leads out of the project'],
  },
  {
    name: 'dataset by an absolute path',
    files: { [SUITE]: suiteWith('dataset: { path: /etc/passwd }\n') },
    problems: ['evals/reply.eval.yaml:4:18  /etc/passwd leads out of the project'],
  },
  {
    name: 'dataset behind a link',
    files: { [SUITE]: suiteWith('dataset: d.jsonl\n') },
    links: { 'evals/d.jsonl': '/etc/passwd' },
    problems: ['evals/reply.eval.yaml:4:10  d.jsonl leads out of the project'],
  },
  {
    name: 'dataset in a folder behind a link',
    files: { [SUITE]: suiteWith('dataset: data/passwd.jsonl\n') },
    links: { 'evals/data': '/etc' },
    problems: [
      'evals/data:1:1  this link leads out of the project',
      'evals/reply.eval.yaml:4:10  data/passwd.jsonl leads out of the project',
    ],
  },
  {
    name: 'link that leads nowhere',
    files: { [SUITE]: suiteWith('dataset: d.jsonl\n') },
    links: { 'evals/d.jsonl': 'not-there' },
    problems: ['evals/reply.eval.yaml:4:10  evals/d.jsonl is a link that leads nowhere'],
  },
  {
    name: 'link to itself',
    files: { [SUITE]: suiteWith('dataset: d.jsonl\n') },
    links: { 'evals/d.jsonl': 'd.jsonl' },
    problems: ['evals/reply.eval.yaml:4:10  evals/d.jsonl is a link that leads round in a circle'],
  },
  {
    name: 'prompt behind a link',
    files: {},
    links: { 'prompts/other.prompt.yaml': '/etc/passwd' },
    problems: ['prompts/other.prompt.yaml:1:1  prompts/other.prompt.yaml is a link that leads out of the project'],
  },
  {
    name: 'suite behind a link',
    files: {},
    links: { 'evals/other.eval.yaml': '/etc/passwd' },
    problems: ['evals/other.eval.yaml:1:1  evals/other.eval.yaml is a link that leads out of the project'],
  },
  {
    name: 'suite behind a link that leads nowhere',
    files: {},
    links: { 'evals/other.eval.yaml': 'not-there' },
    problems: ['evals/other.eval.yaml:1:1  evals/other.eval.yaml is a link that leads nowhere'],
  },
  {
    name: 'suite that is a folder',
    files: { 'evals/other.eval.yaml/x': '' },
    problems: ['evals/other.eval.yaml:1:1  evals/other.eval.yaml is a folder'],
  },
  {
    name: 'prompt that is a folder',
    files: { 'prompts/other.prompt.yaml/x': '' },
    problems: ['prompts/other.prompt.yaml:1:1  prompts/other.prompt.yaml is a folder'],
  },
  {
    name: 'cassette that leaves the project',
    files: { [SUITE]: suiteWith('cassette: ../../x.jsonl\ncases:\n  - { id: one, vars: { ticket: a } }\n') },
    problems: ['evals/reply.eval.yaml:4:11  ../../x.jsonl leads out of the project'],
  },
  {
    name: 'cassettes of two suites, one of which has another fault',
    files: {
      [SUITE]: suiteWith('cassette: x.jsonl\ncases:\n  - { id: one, vars: { ticket: a } }\n'),
      'evals/other.eval.yaml': suiteWith('cassette: y.jsonl\nthresold: 1\ncases: []\n'),
      'evals/x.jsonl': '{"cassette":1}\n{"key":\n{}\n',
      'evals/y.jsonl': '{"key":"x"}\n',
    },
    problems: [
      'evals/other.eval.yaml:5:1  unknown key thresold; known: description, prompt, prompts, models, trials, group, inference, correction, cassette, budget, dataset, cases, metrics, gates',
      'evals/x.jsonl:2:8  is not JSON: it ends too early',
      'evals/x.jsonl:3:1  `key` is missing',
      'evals/y.jsonl:1:1  the first line of a cassette is {"cassette":1}',
    ],
  },
  {
    name: 'a variable that very many rows lack',
    files: {
      [PROMPT]: 'model: fake/model-1\nmessages:\n  - { role: user, content: "{{ ticket }} {{ name }}" }\n',
      ...using(
        'd.jsonl',
        'd.jsonl',
        ['{"ticket":"a","name":"b"}', ...Array<string>(9999).fill('{"ticket":"a"}')].join('\n'),
      ),
    },
    problems: [
      ...Array.from({ length: 10 }, (_, index) => `evals/d.jsonl:${index + 2}:1  case row-${index + 2}: ${lacking}`),
      `evals/d.jsonl:12:1  and 9,989 more cases: ${lacking}`,
    ],
  },
];
