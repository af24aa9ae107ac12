import { cp, readFile, rm, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { armOf } from '../../src/core/rollouts/assign.js';
import { openPrompts } from '../../src/runtime/index.js';
import { openOptionsSchema } from '../../src/runtime/open-options.js';
import { type DeliveryProject, makeDelivery } from '../helpers/delivery-project.js';
import { loadFlagd } from '../helpers/flagd.js';

const CANARY = { production: { rollout: { strategy: 'canary', steps: [{ weight: '10%' }] } } };

/** A project with reply@1 live in production. */
async function delivered(environments: object = CANARY): Promise<DeliveryProject> {
  const project = await makeDelivery(environments);
  await project.llmci('release');
  await project.llmci('promote', 'reply', '--to', 'production');
  return project;
}

async function release(project: DeliveryProject, greeting: string): Promise<void> {
  await project.change(greeting);
  await project.llmci('release');
  await project.llmci('promote', 'reply', '--to', 'production');
}

function open(project: DeliveryProject, errors: Error[] = []) {
  return openPrompts({
    environment: 'production',
    state: project.path('releases'),
    lastKnown: project.path('last-known.json'),
    onError: (error) => errors.push(error),
  });
}

describe('the resolver', () => {
  it('gives what is live, filled in', async () => {
    const project = await delivered();
    const prompts = await open(project);
    expect(prompts.resolve('reply', { vars: { name: 'Ada' } })).toEqual({
      messages: [{ role: 'user', content: 'Hello Ada' }],
      model: 'echo/x',
      parameters: {},
      tools: [],
      output: { format: 'text' },
      release: 'reply@1',
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
      arm: 'control',
      rollout: null,
    });
    expect(prompts.status()).toMatchObject({ environment: 'production', line: 1, from: 'store' });
    expect(() => prompts.resolve('replay')).toThrow(/replay is not live in production \(did you mean reply\?\)/);
    expect(() => prompts.resolve('reply')).toThrow(/reply@1 cannot be filled in: undefined variable: name/);
    await prompts.close();
  });

  it('assigns units of a rollout, each to one arm, and more as the weight grows', async () => {
    const project = await delivered();
    await release(project, 'Good day');
    const prompts = await open(project);
    const units = Array.from({ length: 300 }, (_, index) => `user-${index}`);
    const candidates = () =>
      units.filter((unit) => prompts.resolve('reply', { unit, vars: { name: 'Ada' } }).arm === 'candidate');
    const tenth = candidates();
    expect(tenth).toEqual(units.filter((unit) => armOf('production-2', unit, 0.1) === 'candidate'));
    const [first = ''] = tenth;
    expect(prompts.resolve('reply', { unit: first, vars: { name: 'Ada' } })).toMatchObject({
      messages: [{ content: 'Good day Ada' }],
      release: 'reply@2',
      rollout: 'production-2',
    });
    await project.llmci('rollout', 'production', '--weight', '50%');
    await prompts.refresh();
    expect(candidates()).toEqual(expect.arrayContaining(tenth));
    expect(candidates().length).toBeGreaterThan(tenth.length);
    await prompts.close();
  });

  it('follows a rollback without a restart', async () => {
    const project = await delivered({ production: {} });
    await release(project, 'Good day');
    const prompts = await open(project);
    expect(prompts.resolve('reply', { vars: { name: 'Ada' } }).release).toBe('reply@2');
    await project.llmci('rollback', 'reply', '--in', 'production');
    const until = performance.now() + 20_000;
    while (prompts.resolve('reply', { vars: { name: 'Ada' } }).release !== 'reply@1' && performance.now() < until)
      await sleep(5);
    expect(prompts.resolve('reply', { vars: { name: 'Ada' } }).release).toBe('reply@1');
    await prompts.close();
  });

  it('does not go back with an older copy of the store to what was rolled back', async () => {
    const project = await delivered({ production: {} });
    await release(project, 'Good day');
    await cp(project.path('releases'), project.path('older'), { recursive: true });
    await project.llmci('rollback', 'reply', '--in', 'production');
    const errors: Error[] = [];
    const prompts = await open(project, errors);
    // Never gone, or it would be that which is told
    await cp(project.path('older'), project.path('releases'), { recursive: true });
    await prompts.refresh();
    expect(prompts.resolve('reply', { vars: { name: 'Ada' } }).release).toBe('reply@1');
    expect(prompts.status()).toMatchObject({ from: 'last-known', line: 3 });
    expect(errors.at(-1)?.message).toBe(
      'the ledger of production ends at line 2 and was at 3 here: it was cut short, or is an older copy',
    );
    await prompts.close();
  });

  it('serves the last known state when the store is gone, and after a restart without it', async () => {
    const project = await delivered();
    const errors: Error[] = [];
    const prompts = await open(project, errors);
    await rm(project.path('releases'), { recursive: true });
    await prompts.refresh();
    expect(prompts.resolve('reply', { vars: { name: 'Ada' } }).release).toBe('reply@1');
    expect(prompts.status().from).toBe('last-known');
    expect(errors.at(-1)?.message).toMatch(/nothing was ever live in production/);
    await prompts.close();
    const again = await open(project, errors);
    expect(again.resolve('reply', { vars: { name: 'Ada' } }).release).toBe('reply@1');
    expect(again.status().from).toBe('last-known');
    await again.close();
  });

  it('serves the last known state rather than a ledger that was changed', async () => {
    const project = await delivered();
    await (await open(project)).close();
    await writeFile(project.path('releases/environments/production.jsonl'), '{}\n');
    const errors: Error[] = [];
    const prompts = await open(project, errors);
    expect(prompts.resolve('reply', { vars: { name: 'Ada' } }).release).toBe('reply@1');
    expect(errors[0]?.message).toMatch(/line 1 of the ledger of production does not hold/);
    await prompts.close();
  });

  it('does not believe a last known state that was edited, nor what was exported', async () => {
    const project = await delivered();
    await (await open(project)).close();
    await project.llmci('export', 'production', '--to', 'prompts.json');
    await rm(project.path('releases'), { recursive: true });
    const [lastKnown, exported] = [project.path('last-known.json'), project.path('prompts.json')];
    for (const path of [lastKnown, exported]) {
      await writeFile(path, (await readFile(path, 'utf8')).replace('Hello', 'Hullo'));
    }
    const errors: Error[] = [];
    await expect(open(project, errors)).rejects.toThrow(/nothing was ever live in production/);
    expect(errors.map(({ message }) => message)).toEqual([
      expect.stringMatching(/last-known\.json is no state of an environment: it was edited$/),
    ]);
    const ofFile = { environment: 'production', state: exported, lastKnown: null };
    await expect(openPrompts(ofFile)).rejects.toThrow(/prompts\.json is no state of an environment: it was edited/);
    // How it is laid out is no matter
    const text = (await readFile(exported, 'utf8')).replace('Hullo', 'Hello');
    await writeFile(exported, JSON.stringify(JSON.parse(text)));
    await (await openPrompts(ofFile)).close();
  });

  it('does not start where nothing is known', async () => {
    const project = await makeDelivery(CANARY);
    await expect(open(project)).rejects.toThrow(/nothing was ever live in production/);
    const lastKnown = project.path('last-known.json');
    await writeFile(lastKnown, '{"snapshot":1}\n');
    await expect(open(project)).rejects.toThrow(/nothing was ever live in production/);
  });

  it('reads what export wrote', async () => {
    const project = await delivered();
    await project.llmci('export', 'production', '--to', 'prompts.json');
    const prompts = await openPrompts({
      environment: 'production',
      state: project.path('prompts.json'),
      lastKnown: null,
    });
    expect(prompts.resolve('reply', { vars: { name: 'Ada' } }).release).toBe('reply@1');
    await prompts.close();
    await expect(
      openPrompts({ environment: 'dev', state: project.path('prompts.json'), lastKnown: null }),
    ).rejects.toThrow(/is of production/);
  });
});

describe('an option that is none', () => {
  const right = { environment: 'production', state: 'releases' };

  it.each<[unknown, RegExp]>([
    [undefined, /it is missing/],
    [{}, /`environment` is missing/],
    [{ enviroment: 'production' }, /unknown key enviroment/],
    [{ environment: ' ' }, /environment: must not be empty/],
    [{ ...right, environment: 5 }, /`environment` must be text, not the number 5/],
    [{ ...right, sate: 'x' }, /unknown key sate.* \(did you mean state\?\)|unknown key sate/],
    [{ ...right, state: '' }, /state/],
    [{ ...right, state: { git: 5 } }, /git/],
    [{ ...right, state: { postgres: 'postgres://ada:hush@db/x' } }, /never written here: use env:NAME/],
    [{ ...right, lastKnown: false }, /`lastKnown` must be text/],
    [{ ...right, cwd: 5 }, /`cwd` must be text/],
    [{ ...right, onError: 'x' }, /must be a function/],
    [{ ...right, withheld: ['dev-2'] }, /must be a Set of names/],
  ])('is told, and nothing is served: %j', async (options, message) => {
    const error: unknown = await openPrompts(options as never).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'bad-runtime-option', message: expect.stringMatching(message) });
    expect((error as Error).message).not.toContain('hush');
  });

  it('is named by the guide when it is one', async () => {
    const guide = await readFile(new URL('../../docs/guide/runtime.md', import.meta.url), 'utf8');
    expect(Object.keys(openOptionsSchema.shape).filter((name) => !guide.includes(`\`${name}\``))).toEqual([]);
  });
});

describe('export', () => {
  it('replaces its own file, and no configuration or prompt', async () => {
    const project = await delivered();
    for (const format of ['json', 'flagd', 'ts', 'dotenv', 'json']) {
      expect((await project.llmci('export', 'production', '--format', format, '--to', 'p')).code).toBe(0);
    }
    const before = await readFile(project.path('llmci.yaml'), 'utf8');
    const { code, stderr } = await project.llmci('export', 'production', '--to', 'llmci.yaml');
    expect([code, stderr]).toEqual([2, expect.stringContaining('it is a YAML file, which is not replaced')]);
    expect(await readFile(project.path('llmci.yaml'), 'utf8')).toBe(before);
  });

  it('flagd evaluates as the resolver does', async () => {
    const project = await delivered();
    await release(project, 'Good day');
    const { stdout, code } = await project.llmci('export', 'production', '--format', 'flagd');
    expect(code).toBe(0);
    const core = await loadFlagd();
    core.setConfigurations(stdout);
    const prompts = await open(project);
    for (let index = 0; index < 500; index++) {
      const unit = `user-${index}`;
      const { value, variant } = core.resolveObjectEvaluation('reply', {}, { targetingKey: unit }, console);
      const resolved = prompts.resolve('reply', { unit, vars: { name: 'Ada' } });
      expect(variant).toBe(resolved.release);
      expect(value).toMatchObject({ release: resolved.release, digest: resolved.digest });
    }
    expect(core.resolveObjectEvaluation('reply', {}, {}, console).variant).toBe('reply@1');
    await prompts.close();
  });

  it('flagd gives the candidate to the cohorts that are named, and to no other', async () => {
    const rollout = { strategy: 'canary', steps: [{ weight: 0 }], include: ['qa-team'] };
    const project = await delivered({ production: { rollout } });
    await release(project, 'Good day');
    const core = await loadFlagd();
    core.setConfigurations((await project.llmci('export', 'production', '--format', 'flagd')).stdout);
    const prompts = await open(project);
    for (const named of [[], ['qa-team'], ['staff', 'qa-team'], ['no-qa-team'], 'qa-team', 'no-qa-team']) {
      const context = { targetingKey: 'ada', 'llmci-cohort': named };
      const cohorts = [named].flat();
      expect(core.resolveObjectEvaluation('reply', {}, context, console).variant, String(named)).toBe(
        prompts.resolve('reply', { unit: 'ada', cohorts, vars: { name: 'Ada' } }).release,
      );
    }
    await prompts.close();
  });

  it('is the same text for the same state', async () => {
    const { llmci } = await delivered();
    for (const format of ['json', 'flagd', 'ts', 'dotenv']) {
      const texts = [
        await llmci('export', 'production', '--format', format),
        await llmci('export', 'production', '--format', format),
      ];
      expect(texts[0]?.code).toBe(0);
      expect(texts[0]?.stdout).toBe(texts[1]?.stdout);
    }
  });

  it('ts and dotenv', async () => {
    const { llmci } = await delivered();
    expect(
      (await llmci('export', 'production', '--format', 'ts')).stdout.replace(/[0-9a-f]{64}/, 'DIGEST'),
    ).toMatchInlineSnapshot(`
      "// What is live in production, written by \`llmci export production --format ts\`. Do not edit.

      /** The variables of each prompt. */
      export type Prompts = {
        readonly "reply": { readonly "name": unknown };
      };

      /** What each prompt was when this was written. */
      export const releases = {
        "reply": { release: "reply@1", digest: "DIGEST" },
      } as const;
      "
    `);
    expect(
      (await llmci('export', 'production', '--format', 'dotenv')).stdout.replace(/[0-9a-f]{64}/g, 'DIGEST'),
    ).toMatchInlineSnapshot(`
      "LLMCI_ENVIRONMENT=production
      LLMCI_LEDGER_LINE=1
      LLMCI_LEDGER_HASH=DIGEST
      LLMCI_REPLY_RELEASE=reply@1
      LLMCI_REPLY_DIGEST=DIGEST
      LLMCI_REPLY_MODEL=echo/x
      "
    `);
  });

  it('of an environment where nothing was ever live is an error', async () => {
    const { llmci } = await makeDelivery();
    expect(await llmci('export', 'dev')).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(/nothing was ever live in dev/),
    });
    expect(await llmci('export', 'nowhere')).toMatchObject({ code: 2 });
  });
});
