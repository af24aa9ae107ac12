import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { LlmciError } from '../core/text/errors.js';
import { runSettingsSchema } from '../model/run-settings.js';
import { type EvaluateOptions, inWordsOfCode, optionsSchema, readOptions } from './evaluate-options.js';

describe('the options of evaluate()', () => {
  it('have the defaults that the command has', () => {
    const { config: _, ...defaults } = runSettingsSchema.parse({});
    expect(readOptions({})).toEqual(defaults);
    expect(readOptions({ trials: undefined, suites: ['a'], mode: 'record' } as object)).toMatchObject({
      trials: null,
      suites: ['a'],
      mode: 'record',
      cache: true,
    });
  });

  it.each<[unknown, string]>([
    [{ trials: 0 }, '`trials` must be a whole number of at least 1, not 0'],
    [{ trials: 2.5 }, '`trials` must be a whole number of at least 1, not 2.5'],
    [{ trials: Number.NaN }, '`trials` must be a whole number of at least 1, not NaN'],
    [{ trials: '3' }, '`trials` must be a whole number of at least 1, not "3"'],
    [{ trials: 1e7 }, '`trials` must be at most 1000000, not 10000000'],
    [{ concurrency: 0 }, '`concurrency` must be a whole number of at least 1, not 0'],
    [{ concurrency: -4 }, '`concurrency` must be a whole number of at least 1, not -4'],
    [{ timeoutMs: 0 }, '`timeoutMs` must be a number of milliseconds above 0, not 0'],
    [{ maxTimeMs: -1 }, '`maxTimeMs` must be a number of milliseconds above 0, not -1'],
    [{ maxTimeMs: Number.POSITIVE_INFINITY }, '`maxTimeMs` must be a number of milliseconds above 0, not Infinity'],
    [{ budgetUsd: -1 }, '`budgetUsd` must be an amount in dollars, 0 or more, not -1'],
    [{ budgetUsd: '$5' }, '`budgetUsd` must be an amount in dollars, 0 or more, not "$5"'],
    [{ seed: -1 }, '`seed` must be a whole number of at least 0, not -1'],
    [{ mode: 'repaly' }, '`mode` must be one of normal, replay, record, not "repaly"'],
    [{ out: '' }, '`out` must not be empty'],
    [{ suites: [] }, '`suites` must not be an empty list; leave it out for all'],
    [{ models: [] }, '`models` must not be an empty list; leave it out for all'],
    [{ tags: [] }, '`tags` must not be an empty list; leave it out for all'],
    [{ cases: [] }, '`cases` must not be an empty list; leave it out for all'],
    [{ suites: 'reply' }, '`suites` must be of type array, not "reply"'],
    [{ cache: 'no' }, '`cache` must be of type boolean, not "no"'],
    [{ trails: 3 }, '`trails`: there is no such option (did you mean trials?)'],
    [{ metrics: [1] }, '`metrics` must be a list of what defineMetric returns'],
    [
      { metrics: [{ type: 'tone', describe: 'x', params: {}, unit: 'number', better: 'higher', score: 1 }] },
      '`metrics` must be a list of what defineMetric returns; it lacks score',
    ],
    [
      { providers: [{ type: 'mine', describe: 'x', config: {} }] },
      '`providers` must be a list of what defineProvider returns; it lacks identity, create',
    ],
    [{ signal: {} }, '`signal` must be an AbortSignal'],
    [{ onProgress: 1 }, '`onProgress` must be a function'],
    [{ batch: true, mode: 'replay' }, "`batch` makes calls, and `mode: 'replay'` forbids them"],
  ])('%j are refused', (options, message) => {
    expect(() => readOptions(options as EvaluateOptions)).toThrow(
      expect.objectContaining({ code: 'bad-option', exitCode: 2, message: `evaluate(): ${message}` }),
    );
  });

  it('are all told in the guide', () => {
    const guide = readFileSync(new URL('../../docs/guide/extending.md', import.meta.url), 'utf8');
    const untold = Object.keys(optionsSchema.shape).filter((name) => !guide.includes(`\`${name}\``));
    expect(untold).toEqual([]);
  });
});

describe('errors of evaluate()', () => {
  it('speak of options, where the command speaks of flags', () => {
    const flag = new LlmciError('bad-flag', { flag: '--model', why: 'there is no provider x', command: 'eval' });
    expect(inWordsOfCode(flag)).toMatchObject({
      code: 'bad-option',
      message: 'evaluate(): `models`: there is no provider x',
    });
    const gates = inWordsOfCode(new LlmciError('no-gates', { suite: 'evals/a.eval.yaml', prompt: 'p' }));
    expect(gates.hint).toContain('`allowNoGates: true`');
    expect(gates.code).toBe('no-gates');
    const key = inWordsOfCode(
      new LlmciError('missing-key', {
        provider: 'x',
        lack: 'X',
        what: 'y',
        remedy: 'Set X',
        otherwise: '; or see with --replay',
      }),
    );
    expect(`${key.message} ${key.hint}`).not.toMatch(/--[a-z]/);
  });
});
