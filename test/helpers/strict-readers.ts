import { spawnSync } from 'node:child_process';

/** Programs that read JSON more strictly than JavaScript does; each gets a list of texts on stdin. */
const READERS = [
  ['jq', ['-c', '.[] | fromjson']],
  [
    'python3',
    [
      '-c',
      'import json, sys\nfor text in json.load(sys.stdin):\n  json.dumps(json.loads(text), ensure_ascii=False, allow_nan=False).encode("utf-8")',
    ],
  ],
] as const;

/** What the strict readers of this machine say against some JSON texts; empty when they read all of them. */
export function complaintsAbout(texts: readonly string[]): readonly string[] {
  return READERS.flatMap(([program, args]) => {
    const { error, status, stderr } = spawnSync(program, args, {
      input: JSON.stringify(texts),
      encoding: 'utf8',
      maxBuffer: 1 << 26,
    });
    return error || status === 0 ? [] : [`${program}: ${stderr}`];
  });
}
