import { execFile } from 'node:child_process';
import { chmod, mkdir, rm, symlink } from 'node:fs/promises';
import { promisify } from 'node:util';
import { describe, expect, it, vi } from 'vitest';
import { stringify } from 'yaml';
import { runCli } from '../helpers/cli.js';
import { makeDelivery, promptSaying } from '../helpers/delivery-project.js';

describe('from a prompt to an environment and back', () => {
  it('release, promote, rollback, unhold', async () => {
    const project = await makeDelivery();
    const { llmci } = project;
    expect((await llmci('eval', '--quiet')).code).toBe(0);
    const narrow = await runCli(['release', '--dry-run'], { cwd: project.dir, columns: 60 });
    expect(narrow.stdout).toMatch(/^would release reply@1 {2}[0-9a-f]{12} {2}pass in run\n {2}\S+, .* ago\n$/);
    const first = await llmci('release', 'reply');
    expect(first.stdout).toMatch(/^released reply@1 {2}[0-9a-f]{12} {2}pass in run /);
    expect((await llmci('release')).stdout).toBe('Nothing has changed since the last releases.\n');
    expect((await llmci('promote', 'reply', '--to', 'dev')).stdout).toBe(
      'promoted reply@1 in dev, line 1 of its ledger\n',
    );
    expect((await llmci('promote', 'reply', '--to', 'dev')).stdout).toBe('Live in dev already: reply@1.\n');

    await project.change('Good day');
    expect((await llmci('release')).stdout).toMatch(/^released reply@2 .* no run has judged it\n$/);
    expect(await llmci('promote', 'reply@2', '--to', 'dev')).toMatchObject({ code: 0 });
    const back = await llmci('rollback', 'reply', '--in', 'dev', '--reason', 'too stiff');
    expect(back).toMatchObject({
      code: 0,
      stdout: 'reply@1 is live in dev; reply@2 is held: nobody can promote it there until llmci unhold\n',
    });
    const held = await llmci('promote', 'reply@2', '--to', 'dev');
    expect(held.code).toBe(1);
    expect(held.stdout).toMatch(/reply@2 is held in dev since .*, by Ada <ada@example.com>: too stiff/);
    expect((await llmci('unhold', 'reply@2', '--in', 'dev', '--reason', 'it is fine')).code).toBe(0);
    expect((await llmci('promote', 'reply@2', '--to', 'dev')).code).toBe(0);
  });

  it('policy says every reason at once, and nothing is changed', async () => {
    const { llmci, list } = await makeDelivery();
    await llmci('release');
    const refused = await llmci('promote', 'reply', '--to', 'production');
    expect(refused.code).toBe(1);
    expect(refused.stdout).toBe(`production says no, for 3 reasons; nothing was changed:
  reply@1 is not live in staging: no release of reply is live there
    llmci promote reply@1 --to staging
  no run has judged reply@1 as it is
    llmci eval, on a clean commit with every suite of it; then llmci promote again
  reply@1 is a change of high risk to production, which asks for 2 approvals; it has 0
    somebody other than Ada <ada@example.com>: llmci approve reply@1 --for production
`);
    expect((await list()).filter((path) => path.endsWith('.jsonl') && path.startsWith('releases'))).toEqual([]);
  });

  it('--all is the newest release of every prompt, or what is live in --from', async () => {
    const { llmci, change } = await makeDelivery({ dev: {}, staging: { from: 'dev' } });
    expect((await llmci('promote', '--all', '--to', 'dev')).stdout).toBe(
      'There is no release yet: llmci release makes them.\n',
    );
    await llmci('release');
    await change('Good day');
    await llmci('release');
    expect((await llmci('promote', '--all', '--to', 'dev')).stdout).toMatch(/^promoted reply@2 in dev/);
    expect((await llmci('promote', '--all', '--from', 'dev', '--to', 'staging')).stdout).toMatch(
      /^promoted reply@2 in staging/,
    );
    expect((await llmci('promote', '--all', '--to', 'dev')).stdout).toBe('Live in dev already: reply@2.\n');
    expect((await llmci('promote', '--all', 'reply', '--to', 'dev')).code).toBe(2);
    const both = await llmci('promote', 'reply@1', 'reply', '--to', 'dev');
    expect([both.code, both.stderr]).toEqual([2, expect.stringMatching(/^error: reply@1, reply@2: both are of reply/)]);
    expect((await llmci('promote', 'reply@1', 'reply@1', '--to', 'dev')).stdout).toMatch(/^promoted reply@1 in dev/);
    expect((await llmci('promote', 'reply', '--from', 'dev', '--to', 'staging')).code).toBe(2);
  });

  it('evidence that came after the release counts', async () => {
    const { llmci } = await makeDelivery();
    await llmci('release');
    await llmci('promote', 'reply', '--to', 'dev');
    expect((await llmci('promote', 'reply', '--to', 'staging')).code).toBe(1);
    await llmci('eval', '--quiet');
    expect((await llmci('promote', 'reply', '--to', 'staging')).code).toBe(0);
  });

  it('an override needs a reason and to be allowed, and stays in the ledger', async () => {
    const project = await makeDelivery();
    const { llmci } = project;
    await llmci('release');
    expect((await llmci('promote', 'reply', '--to', 'production', '--override')).code).toBe(2);
    expect((await llmci('promote', 'reply', '--to', 'staging', '--override', '--reason', 'x')).code).toBe(1);
    const over = await llmci('promote', 'reply', '--to', 'production', '--override', '--reason', 'the vendor is down');
    expect(over.stdout).toBe('OVERRODE policy for reply@1 in production, line 1 of its ledger\n');
    const ledger = await project.read('releases/environments/production.jsonl');
    expect(JSON.parse(ledger)).toMatchObject({
      action: 'override',
      reason: 'the vendor is down',
      refused: [{}, {}, {}].map(() => expect.any(String)),
    });
  });

  it('a rollout is advanced by hand', async () => {
    const project = await makeDelivery({
      test: {},
      dev: { from: 'test', rollout: { strategy: 'canary', steps: [{ weight: '1%' }] } },
    });
    const { llmci, change } = project;
    await llmci('release');
    await llmci('promote', 'reply', '--to', 'test');
    expect((await llmci('promote', 'reply', '--to', 'dev')).stdout).toMatch(/^promoted reply@1/);
    await change('Good day');
    await llmci('release');
    await llmci('promote', 'reply', '--to', 'test');
    expect((await llmci('promote', 'reply', '--to', 'dev')).stdout).toBe(
      'began a canary rollout of reply@2 at 1% in dev, line 2 of its ledger\n' +
        'It has no live gates: nothing is judged, and it goes on by hand (llmci rollout).\n',
    );
    expect((await llmci('rollout', 'dev', '--weight', '10%')).stdout).toBe('set the rollout of line 2 to 10% in dev\n');
    expect((await llmci('rollout', 'dev')).stdout).toMatch(
      /^canary of reply@2: 10% for \d+s; begun \d+s ago by Ada <ada@example.com>\n$/,
    );
    // It is behind, and on its way
    expect((await llmci('status')).stdout).not.toContain('drift');
    expect((await llmci('rollout', 'dev', 'complete')).code).toBe(0);
    expect((await llmci('rollback', 'reply', '--in', 'dev')).stdout).toMatch(
      /^reply@1 is live in dev; reply@2 is held/,
    );
  });
});

describe('a run whose answers were recorded', () => {
  it('says how old the oldest of them is, and of how many nobody knows', async () => {
    const project = await makeDelivery({ dev: {} });
    const { llmci, read, write, commit } = project;
    const suite = await read('evals/reply.eval.yaml');
    const cassette = 'fixtures/reply.cassette.jsonl';
    const bob = '  - { id: bob, vars: { name: Ada Bob } }';
    await write(
      'evals/reply.eval.yaml',
      `${suite.trim().replace('cases:', `cases:\n${bob}`)}\ncassette: ../${cassette}\n`,
    );
    await llmci('eval', '--record', '--quiet');
    const today = new Date().toISOString().slice(0, 10);
    expect(await read(cassette)).toContain(`"recorded":"${today}"`);
    const dated = (await read(cassette)).replaceAll(today, '2025-11-28');
    await write(cassette, dated);
    await commit('recorded');
    await llmci('eval', '--replay', '--quiet');
    expect((await llmci('release', '--dry-run')).stdout).toMatch(/2 answers replayed \(the oldest \d{3,}d old\)/);
    await write(cassette, dated.replace('"recorded":"2025-11-28",', ''));
    await commit('of an older llmci');
    await llmci('eval', '--replay', '--quiet');
    expect((await llmci('release')).stdout).toMatch(/2 answers replayed \(the oldest \d{3,}d old, 1 of unknown age\)/);
    expect(await project.readJson('releases/prompts/reply/1.json')).toMatchObject({
      evidence: { recordings: { oldest: '2025-11-28', undated: 1 } },
    });
  });
});

describe('release --attest', () => {
  it('writes a statement of each release that a run has judged, and tells of the others', async () => {
    const project = await makeDelivery({ dev: {} });
    const { llmci, write, commit, dir } = project;
    await write('prompts/alone.prompt.yaml', promptSaying('Alone'));
    await commit('another');
    await llmci('eval', '--quiet');
    const env = {
      GITHUB_ACTIONS: 'true',
      GITHUB_SERVER_URL: 'https://github.com',
      GITHUB_REPOSITORY: 'a/b',
      GITHUB_RUN_ID: '7',
    };
    const { code, stderr } = await runCli(['release', '--attest', 'out/attest.jsonl'], { cwd: dir, env });
    expect([code, stderr]).toEqual([
      0,
      'note: releases is new: releases and ledgers are kept there\nno statement of alone@1: no run has judged it\n',
    ]);
    const lines = (await project.read('out/attest.jsonl')).trim().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { subject: [{ name: 'reply@1' }], predicate: { result: 'PASSED', url: 'https://github.com/a/b/actions/runs/7' } },
    ]);
    // Judged again since, it is the newest run that is to be signed: that is what a promotion goes by
    await llmci('eval', '--quiet');
    await llmci('release', '--attest', 'out/again.jsonl');
    const runOf = (text = ''): string => JSON.parse(text).predicate.run;
    expect(runOf(await project.read('out/again.jsonl')) > runOf(lines[0])).toBe(true);
  });
});

describe('evidence: { attested }', () => {
  /** A `gh` that knows attestations from a file: it finds those of the artifact by its sha256, as the real one does. */
  const GH = `#!/usr/bin/env node
const { createHash } = require('node:crypto');
const { readFileSync } = require('node:fs');
const [command, verb, artifact, ...flags] = process.argv.slice(2);
const flag = (name) => flags[flags.indexOf(name) + 1];
const type = 'https://in-toto.io/attestation/test-result/v0.1';
if (command !== 'attestation' || verb !== 'verify' || flag('--repo') !== 'acme/app' || flag('--predicate-type') !== type) process.exit(9);
const digest = createHash('sha256').update(readFileSync(artifact)).digest('hex');
const lines = readFileSync(flags.includes('--bundle') ? flag('--bundle') : __dirname + '/signed.jsonl', 'utf8').trim().split('\\n');
const own = lines.filter(Boolean).map((line) => JSON.parse(line)).filter((each) => each.subject.some((subject) => subject.digest.sha256 === digest));
if (own.length === 0) { console.error('Error: no attestations found for subject sha256:' + digest); process.exit(1); }
console.log(JSON.stringify(own.map((statement) => ({ attestation: {}, verificationResult: { statement } }))));
`;

  async function withPrograms<Outcome>(folder: string, work: () => Promise<Outcome>): Promise<Outcome> {
    const before = process.env['PATH'];
    process.env['PATH'] = folder;
    try {
      return await work();
    } finally {
      process.env['PATH'] = before;
    }
  }

  it.each(['release', 'eval'] as const)('asks gh who has signed what llmci %s has written', async (writer) => {
    const project = await makeDelivery({ dev: { evidence: { attested: { repo: 'acme/app' } } } });
    const { llmci, write, read, path, change } = project;
    await llmci('eval', '--quiet', '--reporter', 'in-toto=.llmci/run.json');
    await llmci('release', '--attest', '.llmci/release.jsonl');
    const statement = JSON.parse(await read(`.llmci/${writer === 'eval' ? 'run.json' : 'release.jsonl'}`));
    await write('bin/gh', GH);
    await write('bin/signed.jsonl', '');
    await chmod(path('bin/gh'), 0o755);
    const promote = () =>
      withPrograms(`${path('bin')}:${process.env['PATH']}`, () => llmci('promote', 'reply', '--to', 'dev'));
    const before = await promote();
    expect([before.code, before.stdout.replaceAll(/\s+/g, ' ')]).toEqual([
      1,
      expect.stringMatching(
        /of reply@1 is not attested: Error: no attestations found for subject sha256:[0-9a-f]{64} .*actions\/attest/,
      ),
    ]);
    // Signed, and of another run
    await write('bin/signed.jsonl', JSON.stringify({ ...statement, predicate: { ...statement.predicate, run: 'x' } }));
    expect((await promote()).stdout).toMatch(/says something else, or is of another run/);
    await write('bin/signed.jsonl', JSON.stringify(statement));
    expect(await promote()).toMatchObject({ code: 0 });
    // Another prompt has another digest
    await change('Good day');
    await llmci('eval', '--quiet');
    await llmci('release');
    expect((await promote()).code).toBe(1);
  });

  it('without gh, or where nothing tells the repository, it cannot be told', async () => {
    const project = await makeDelivery({
      dev: { evidence: { attested: { repo: 'acme/app', bundle: 'signed.jsonl' } } },
    });
    const { llmci, write, path } = project;
    await llmci('eval', '--quiet');
    await llmci('release');
    const { stdout: git } = await promisify(execFile)('which', ['git']);
    await mkdir(path('only-git'));
    await symlink(git.trim(), path('only-git/git'));
    const promote = () => withPrograms(path('only-git'), () => llmci('promote', 'reply', '--to', 'dev'));
    expect(await promote()).toMatchObject({ code: 3, stderr: expect.stringMatching(/gh is not installed/) });
    await write('llmci.yaml', stringify({ environments: { dev: { evidence: { attested: true } } } }));
    expect(await promote()).toMatchObject({
      code: 3,
      stderr: expect.stringMatching(/attested: \{ repo: acme\/app \}/),
    });
    expect((await llmci('status')).stdout).toMatch(/nothing is live/);
  });
});

describe('what has happened', () => {
  it('history tells who did what and why; audit that nothing of it was changed', async () => {
    const project = await makeDelivery();
    const { llmci, change, read, write } = project;
    await llmci('release');
    await llmci('promote', 'reply', '--to', 'dev', '--note', 'the first');
    await change('Good day');
    await llmci('release');
    await llmci('promote', 'reply', '--to', 'dev');
    await llmci('rollback', 'reply', '--in', 'dev', '--reason', 'too stiff');
    const { stdout } = await llmci('history');
    expect(
      stdout.replace(/^\d{4}-\d\d-\d\d \d\d:\d\d/gm, 'TIME'),
    ).toBe(`TIME  dev  Ada <ada@example.com> rolled back reply@2 to @1
    too stiff
TIME  dev  Ada <ada@example.com> promoted reply@2
TIME  dev  Ada <ada@example.com> promoted reply@1
    the first
`);
    expect(JSON.parse((await llmci('history', 'reply', '--by', 'ADA', '--limit', '1', '--json')).stdout)).toMatchObject(
      [{ environment: 'dev', prompts: ['reply'], action: 'rollback', n: 3 }],
    );
    expect((await llmci('history', 'other')).stdout).toBe('Nothing has happened.\n');
    expect(await llmci('audit')).toMatchObject({ code: 0, stdout: 'All holds: 3 lines of ledgers and 2 releases.\n' });

    const path = 'releases/prompts/reply/2.json';
    await write(path, (await read(path)).replace('Good day', 'Good dog'));
    const { code, stdout: found } = await llmci('audit');
    expect(code).toBe(1);
    expect(found).toMatch(/^reply@2: it does not fit its hash: it was edited\n/);
    const ledger = 'releases/environments/dev.jsonl';
    await write(ledger, (await read(ledger)).split('\n').slice(1).join('\n'));
    expect((await llmci('audit')).stdout).toMatch(/^dev, line 1: it has the number 2/m);
  });
});

describe('approvals and status', () => {
  it('asks others than the author, for this very change', async () => {
    const project = await makeDelivery({ dev: {}, production: { from: 'dev', approvals: { high: 1 } } });
    const { llmci, git, change } = project;
    await llmci('release');
    await llmci('promote', 'reply', '--to', 'dev');
    const own = await llmci('approve', 'reply', '--for', 'production');
    expect([own.code, own.stderr]).toEqual([1, expect.stringMatching(/nobody approves a release of their own/)]);
    await git('config', 'user.name', 'Bob');
    await git('config', 'user.email', 'bob@example.com');
    expect((await llmci('approve', 'reply', '--for', 'production')).stdout).toBe(
      'Bob <bob@example.com> approved reply@1 for production, where nothing is live: high risk, 1 of 1 approval\n',
    );
    expect((await llmci('approve', 'reply', '--for', 'production')).stderr).toMatch(/has done so already/);
    expect((await llmci('promote', 'reply', '--to', 'production')).code).toBe(0);
    // Bob released the next one, so he is not the one to approve it
    await change('Good day');
    await llmci('release');
    await llmci('promote', 'reply', '--to', 'dev');
    expect((await llmci('approve', 'reply@2', '--for', 'production')).code).toBe(1);
    const small = await llmci('promote', 'reply', '--to', 'production');
    expect(small.code).toBe(0); // a user message that was edited is of medium risk

    // What is asked from now on is no judge of what was right before
    for (const approvals of [{ low: 3, medium: 3, high: 3 }, undefined]) {
      const production = approvals ? { from: 'dev', soak: '1h', approvals } : {};
      await project.write('llmci.yaml', { environments: { dev: {}, production } });
      expect((await llmci('audit')).stdout).toBe('All holds: 5 lines of ledgers and 2 releases.\n');
    }
    // An approval counts for the change under whatever is asked when it goes live
    await change('Hello again');
    await llmci('release');
    await llmci('promote', 'reply', '--to', 'dev');
    await git('config', 'user.name', 'Cy');
    await git('config', 'user.email', 'cy@example.com');
    await llmci('approve', 'reply@3', '--for', 'production');
    const ask = (count: number) => ({ from: 'dev', approvals: { low: count, medium: count, high: count } });
    await project.write('llmci.yaml', { environments: { dev: {}, production: ask(2) } });
    expect((await llmci('promote', 'reply', '--to', 'production')).stdout).toMatch(/asks for 2 approvals; it has 1/);
    await project.write('llmci.yaml', { environments: { dev: {}, production: ask(1) } });
    expect((await llmci('promote', 'reply', '--to', 'production')).code).toBe(0);
    expect((await llmci('audit')).code).toBe(0);
  });

  it('status tells what is live where, and what does not go together', async () => {
    const project = await makeDelivery();
    const { llmci, change } = project;
    expect((await llmci('status')).stdout).toBe(
      `dev\n  nothing is live\n\nstaging\n  nothing is live\n\nproduction\n  nothing is live

drift
  there is no folder releases yet: llmci release makes it; see that \`state\`
  names the right one\n`,
    );
    await llmci('eval', '--quiet');
    await llmci('release');
    for (const to of ['dev', 'staging']) await llmci('promote', 'reply', '--to', to);
    await llmci('promote', 'reply', '--to', 'production', '--override', '--reason', 'the vendor is down');
    await change('Good day');
    await llmci('release');
    await llmci('promote', 'reply', '--to', 'dev');
    await change('Good evening');
    const { stdout, code } = await llmci('status');
    expect(code).toBe(0);
    expect(stdout.replace(/\b\d+s\b/g, '0s')).toBe(`dev
  prompt  release      age  by   evidence     risk
  reply   @2           0s   Ada  none         medium

staging
  prompt  release      age  by   evidence     risk
  reply   @1           0s   Ada  pass 0s ago  high

production
  prompt  release      age  by   evidence     risk
  reply   @1 OVERRIDE  0s   Ada  pass 0s ago  high
  OVERRIDE of reply@1 by Ada <ada@example.com>: the vendor is down (against:
    reply@1 is a change of high risk to production, which asks for 2 approvals;
    it has 0)

drift
  reply has changed since its last release, reply@2
  reply@1 in staging is behind dev, which has @2
`);
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    expect((await llmci('status', '--markdown')).stdout).toMatch(/^## dev\n\n\| prompt \|/);
    expect(JSON.parse((await llmci('status', '--json')).stdout)).toMatchObject({
      environments: [
        { name: 'dev', live: [{ prompt: 'reply', number: 2 }] },
        {},
        { live: [{ override: { reason: 'the vendor is down' } }] },
      ],
    });
    // It is live by that word again after a rollback
    await llmci('promote', 'reply', '--to', 'production', '--override', '--reason', 'it is needed');
    await llmci('rollback', 'reply', '--in', 'production');
    const back = await llmci('status');
    expect(back.stdout).toMatch(
      /reply +@1 OVERRIDE.*OVERRIDE of reply@1 by Ada <ada@example.com>: the vendor is\s+down/s,
    );
    expect(back.stdout).not.toContain('it is needed');
    await project.write('releases/environments/staging.jsonl', 'x\n');
    const broken = await llmci('status');
    expect([broken.code, broken.stdout]).toEqual([3, expect.stringMatching(/^ {2}CANNOT BE TOLD: .*line 1/m)]);
    expect(broken.stdout).toMatch(/production\n {2}prompt/);
  });

  it('status tells of models that end, and where to', async () => {
    const project = await makeDelivery({ dev: {} });
    const { llmci, write, read } = project;
    const path = 'prompts/reply.prompt.yaml';
    await write(path, (await read(path)).replace('echo/x', 'openai/gpt-4.1-mini'));
    await llmci('release');
    await llmci('promote', 'reply', '--to', 'dev');
    const ends =
      /reply@1 in dev asks openai\/gpt-4.1-mini, which (ends|was\s+retired) on 2027-01-14.*--to\s+openai\/gpt-6-luna/s;
    expect((await llmci('status')).stdout).toMatch(ends);
    // What a server of one's own calls so is its own affair
    await write(
      'llmci.yaml',
      `${await read('llmci.yaml')}providers: { openai: { type: openai, baseUrl: "http://127.0.0.1:1/v1" } }\n`,
    );
    expect((await llmci('status')).stdout).not.toMatch(/gpt-4.1-mini/);
  });

  it('blame tells what was live at a time', async () => {
    const { llmci } = await makeDelivery();
    await llmci('release');
    await llmci('promote', 'reply', '--to', 'dev', '--note', 'the first');
    const now = await llmci('blame', 'reply', '--in', 'dev');
    expect(now.stdout).toMatch(
      /^reply@1 was live in dev at .*\n {2}since .*: Ada <ada@example.com> promoted reply@1\n {2}because the first\n {2}released by Ada/,
    );
    expect(await llmci('blame', 'reply', '--in', 'dev', '--at', '2h')).toMatchObject({ code: 1 });
    for (const [at, why] of [
      ['noon', 'is no time like'],
      ['2999-01-01T00:00Z', 'is still to come'],
    ] as const) {
      const stderr = expect.stringContaining(why);
      expect(await llmci('blame', 'reply', '--in', 'dev', '--at', at)).toMatchObject({ code: 2, stderr });
      expect(await llmci('history', '--since', at)).toMatchObject({ code: 2, stderr });
    }
    // As history shows it, on a machine in another part of the world
    const zone = process.env['TZ'];
    process.env['TZ'] = 'Asia/Tokyo';
    try {
      vi.setSystemTime(Date.now() + 120_000);
      const soon = new Date(Date.now() - 60_000).toISOString();
      for (const at of [soon, soon.slice(0, 16), soon.slice(0, 16).replace('T', ' '), soon.replace('Z', '+00:00')])
        expect(await llmci('blame', 'reply', '--in', 'dev', '--at', at), at).toMatchObject({ code: 0 });
      const elsewhere = soon.replace('Z', '+09:00');
      expect(await llmci('blame', 'reply', '--in', 'dev', '--at', elsewhere)).toMatchObject({ code: 1 });
      expect((await llmci('history', '--since', soon)).stdout).toBe('Nothing has happened.\n');
      expect((await llmci('history', '--since', elsewhere)).stdout).toContain('promoted reply@1');
    } finally {
      vi.useRealTimers();
      if (zone === undefined) delete process.env['TZ'];
      else process.env['TZ'] = zone;
    }
  });
});

describe('fails closed', () => {
  it.each([
    [['promote', 'reply', '--to', 'prodution'], 2, /no environment called prodution \(did you mean production\?\)/],
    [['promote', 'reply@9', '--to', 'dev'], 2, /no release reply@9/],
    [['promote', 'replay', '--to', 'dev'], 2, /There is none of replay \(did you mean reply\?\)/],
    [['release', 'replay'], 2, /no prompt called replay \(did you mean reply\?\)/],
    [['rollback', 'reply', '--in', 'dev'], 1, /reply cannot go back in dev: no release of it is live there/],
    [['rollback', '--in', 'dev', '--', ''], 1, /no prompt is named\nLive there: nothing\./],
    [['rollout', 'dev', 'complete'], 2, /no rollout is under way in dev/],
    [['unhold', 'reply@1', '--in', 'dev', '--reason', 'x'], 2, /reply@1 is not held in dev/],
  ])('%j', async (args, code, message) => {
    const { llmci } = await makeDelivery();
    await llmci('release');
    const { code: was, stderr } = await llmci(...args);
    expect(was).toBe(code);
    expect(stderr).toMatch(message);
  });

  it.each([
    [
      { dev: {}, production: { from: 'dve' } },
      /llmci.yaml:\d+:\d+ {2}there is no environment called dve \(did you mean dev\?\)/,
    ],
    [{ dev: { soak: '1h' } }, /a soak is in another environment/],
    [{ a: { from: 'b' }, b: { from: 'a' } }, /a comes from itself: a from b from a/],
    [{ dev: { approvals: { medium: -1 } } }, /llmci.yaml:\d+:\d+/],
    [{ Dev: {} }, /an environment has a name of small letters/],
  ])('environments that cannot be: %j', async (environments, message) => {
    const { llmci } = await makeDelivery(environments);
    for (const command of [['status'], ['validate']]) {
      const { code, stderr } = await llmci(...command);
      expect(code).toBe(2);
      expect(stderr).toMatch(message);
    }
  });

  it('a rollback does not fail because another part of llmci.yaml is wrong', async () => {
    const project = await makeDelivery({ dev: {} });
    const { llmci, change, write, read } = project;
    await llmci('release');
    await llmci('promote', 'reply', '--to', 'dev');
    await change('Good day');
    await llmci('release');
    await llmci('promote', 'reply', '--to', 'dev');
    await write('llmci.yaml', `${await read('llmci.yaml')}providers: { x: { type: nonsense } }\n`);
    await write('prompts/reply.prompt.yaml', 'messages: nonsense\n');
    expect(await llmci('rollback', 'reply', '--in', 'dev')).toMatchObject({ code: 0 });
  });

  it('a rollback of what is written otherwise says what may be meant', async () => {
    const { llmci } = await makeDelivery({ dev: {} });
    await llmci('release');
    await llmci('promote', 'reply', '--to', 'dev');
    expect((await llmci('rollback', 'replay', '--in', 'dev')).stderr).toMatch(/\(did you mean reply\?\)/);
    expect((await llmci('rollback', 'reply@1', '--in', 'dev')).stderr).toMatch(
      /llmci rollback reply --in dev --to 1\./,
    );
  });

  it('a rollback needs no git, nor anybody who is set up there', async () => {
    const project = await makeDelivery({ dev: {} });
    const { llmci, change, dir, path } = project;
    await llmci('release');
    await llmci('promote', 'reply', '--to', 'dev');
    await change('Good day');
    await llmci('release');
    await llmci('promote', 'reply', '--to', 'dev');
    await rm(path('.git'), { recursive: true });
    const before = process.env['PATH'];
    process.env['PATH'] = '/nowhere';
    try {
      const { code, stdout, stderr } = await runCli(['rollback', 'reply', '--in', 'dev'], { cwd: dir });
      expect([code, stderr]).toEqual([0, '']);
      expect(stdout).toMatch(/^reply@1 is live in dev/);
      expect((await runCli(['promote', 'reply@1', '--to', 'dev'], { cwd: dir })).code).toBe(2);
    } finally {
      process.env['PATH'] = before;
    }
    const [, , line] = (await project.read('releases/environments/dev.jsonl')).split('\n');
    expect(JSON.parse(line ?? '')).toMatchObject({ by: { name: expect.stringMatching(/^.+@.+$/), via: 'host' } });
  });

  it.each(['untracked', 'ignored'])(
    'a prompt that is %s is in no commit: it says so, and evidence of it does not count',
    async (how) => {
      const project = await makeDelivery({ dev: { evidence: {} } });
      const { llmci, write, read, commit } = project;
      if (how === 'ignored') {
        await write('.gitignore', `${await read('.gitignore')}prompts/sly.*\n`);
        await commit('ignore it');
      }
      await write('prompts/sly.prompt.yaml', promptSaying('Ada'));
      await write('prompts/sly.thresholds.yaml', { gates: [{ metric: 'pass', min: 0.9 }] });
      await write(
        'evals/reply.eval.yaml',
        (await read('evals/reply.eval.yaml')).replace('prompt: reply', 'prompts: [reply, sly]'),
      );
      await llmci('eval', '--quiet');
      expect((await llmci('release', 'sly')).stdout).toMatch(
        /^released sly@1 .*frozen from files that were not committed/,
      );
      const { code, stdout } = await llmci('promote', 'sly', '--to', 'dev');
      expect([code, stdout]).toEqual([1, expect.stringMatching(/was made with files that were not committed/)]);
      await project.git('add', '--all', '--force', '--', 'prompts', 'evals');
      await commit('all of it');
      await llmci('eval', '--quiet');
      expect((await llmci('promote', 'sly', '--to', 'dev')).code).toBe(0);
    },
  );

  it('a ledger that was edited, cut or emptied, and a release that is gone', async () => {
    const project = await makeDelivery();
    const { llmci, read, write, change } = project;
    await llmci('release');
    await llmci('promote', 'reply', '--to', 'dev');
    await change('Good day');
    await llmci('release');
    const path = 'releases/environments/dev.jsonl';
    const whole = await read(path);
    for (const [text, why] of [
      [whole.replace('promote', 'promota'), /line 1 of the ledger of dev does not hold: it does not fit its hash/],
      [whole.slice(0, -5), /line 1 of the ledger of dev does not hold: it is cut short/],
      ['', /its file is empty/],
    ] as const) {
      await write(path, text);
      const { code, stderr } = await llmci('promote', 'reply', '--to', 'dev');
      expect(code).toBe(3);
      expect(stderr).toMatch(why);
    }
    await write(path, whole);
    await llmci('promote', 'reply', '--to', 'dev');
    await write(
      'releases/prompts/reply/1.json',
      (await read('releases/prompts/reply/1.json')).replace('Hello', 'Hullo'),
    );
    const edited = await llmci('rollback', 'reply', '--in', 'dev');
    expect(edited.code).toBe(3);
    expect(edited.stderr).toMatch(/the release reply@1 cannot be used: it does not fit its hash/);
  });
});
