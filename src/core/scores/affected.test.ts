import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findAffected, type SuiteParts, sortChangedFiles } from './affected.js';

const parts = (named: Readonly<Record<string, string>>, runsCode = false): SuiteParts => ({
  parts: Object.entries(named),
  runsCode,
});
const none = sortChangedFiles([], new Set());

describe('findAffected', () => {
  it('runs what depends on a part that has changed, and says which', () => {
    const before = new Map([
      ['a', parts({ 'prompt a': '1', 'the judge': '1' })],
      ['b', parts({ 'prompt b': '1', 'the judge': '1' })],
      ['old', parts({})],
    ]);
    const now = new Map([
      ['a', parts({ 'prompt a': '2', 'the judge': '1' })],
      ['b', parts({ 'prompt b': '1', 'the judge': '1' })],
      ['new', parts({})],
    ]);
    expect(findAffected(before, now, none)).toEqual({
      affected: [
        { suite: 'a', why: 'prompt a has changed' },
        { suite: 'new', why: 'it is new' },
      ],
      leftOut: [{ suite: 'b', why: 'nothing that it depends on has changed' }],
      gone: ['old'],
    });
  });

  it('in doubt runs it: files that code may read, and what may reach any', () => {
    const suites = new Map([
      ['code', parts({ x: '1' }, true)],
      ['plain', parts({ x: '1' })],
    ]);
    const affected = (...paths: string[]) =>
      findAffected(suites, suites, sortChangedFiles(paths, new Set(['fixtures/a.jsonl']))).affected.map(
        ({ suite }) => suite,
      );
    expect(affected('app/answer.py')).toEqual(['code']);
    expect(affected('docs/policy.md')).toEqual(['code']);
    expect(affected('README.md', '.github/workflows/ci.yml', 'fixtures/a.jsonl', 'prompts/a.prompt.yaml')).toEqual([]);
    expect(affected('package-lock.json')).toEqual(['code', 'plain']);
    expect(affected('fixtures/other.json')).toEqual(['code', 'plain']);
    expect(affected('evals/schema.json')).toEqual(['code', 'plain']);
  });

  it('leaves out only what is equal, and drops no suite', () => {
    const some = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.dictionary(fc.constantFrom('p', 'q'), fc.string()));
    fc.assert(
      fc.property(
        some,
        some,
        fc.array(fc.constantFrom('app/x.py', 'README.md', 'package.json')),
        (old, current, paths) => {
          const read = (each: Record<string, Record<string, string>>) =>
            new Map(Object.entries(each).map(([suite, named]) => [suite, parts(named, suite === 'a')]));
          const found = findAffected(read(old), read(current), sortChangedFiles(paths, new Set()));
          expect([...found.affected, ...found.leftOut].map(({ suite }) => suite).sort()).toEqual(
            Object.keys(current).sort(),
          );
          for (const { suite } of found.leftOut)
            expect(new Map(Object.entries(old[suite] ?? {}))).toEqual(new Map(Object.entries(current[suite] ?? {})));
        },
      ),
    );
  });
});
