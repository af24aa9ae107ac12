import { describe, expect, it } from 'vitest';
import { type DeliveryProject, makeDelivery, promptSaying } from '../../test/helpers/delivery-project.js';

const PRODUCTION = { production: { approvals: { low: 1, medium: 1, high: 1 } } };

async function be(project: DeliveryProject, name: string): Promise<void> {
  await project.git('config', 'user.name', name);
  await project.git('config', 'user.email', `${name}@example.com`);
}

async function writersOf(project: DeliveryProject, number: number): Promise<unknown> {
  return JSON.parse(await project.read(`releases/prompts/reply/${number}.json`)).writers;
}

async function releaseAs(project: DeliveryProject, name: string): Promise<void> {
  await be(project, name);
  expect(await project.llmci('release')).toMatchObject({ code: 0 });
}

async function approveAs(project: DeliveryProject, name: string, number: number) {
  await be(project, name);
  return project.llmci('approve', `reply@${number}`, '--for', 'production');
}

describe('who may not approve a release', () => {
  it('who wrote it, whoever released it', async () => {
    const project = await makeDelivery(PRODUCTION);
    await be(project, 'mallory');
    await project.change('Good day');
    await releaseAs(project, 'bot');
    expect(await writersOf(project, 1)).toEqual(['Ada <ada@example.com>', 'mallory <mallory@example.com>']);
    for (const name of ['bot', 'mallory', 'ada']) {
      const { code, stderr } = await approveAs(project, name, 1);
      expect([name, code, stderr]).toEqual([name, 1, expect.stringMatching(/nobody approves a release of their own/)]);
    }
    expect((await approveAs(project, 'bob', 1)).code).toBe(0);
    expect((await project.llmci('promote', 'reply', '--to', 'production')).code).toBe(0);
    expect((await project.llmci('audit')).code).toBe(0);
  });

  it('who wrote with others, as their commit says', async () => {
    const project = await makeDelivery(PRODUCTION);
    await project.change('Good day\n\nCo-authored-by: Eve <eve@example.com>');
    await releaseAs(project, 'bot');
    expect(await writersOf(project, 1)).toEqual(['Ada <ada@example.com>', 'Eve <eve@example.com>']);
  });

  it('who wrote with others, where a squashed commit names them in the middle of its message', async () => {
    const project = await makeDelivery(PRODUCTION);
    await project.change(
      'Good day (#12)\n\n* hello\nCo-Authored-By: Eve <eve@example.com>\n\n* Co-authored-by: Dan <dan@example.com>\n\nSee #11.',
    );
    await releaseAs(project, 'bot');
    expect(await writersOf(project, 1)).toEqual([
      'Ada <ada@example.com>',
      'Dan <dan@example.com>',
      'Eve <eve@example.com>',
    ]);
  });

  it('who wrote under another address, as that of their code host', async () => {
    const project = await makeDelivery(PRODUCTION);
    await project.git('config', 'user.email', '77+lovelace@users.noreply.github.com');
    await project.change('Good day');
    await releaseAs(project, 'bot');
    await project.git('config', 'user.name', 'Ada');
    await project.git('config', 'user.email', 'ada@home.example');
    const { code, stderr } = await project.llmci('approve', 'reply@1', '--for', 'production');
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(
        /Ada <ada@home\.example> goes by the name of Ada <\S+>, who wrote a part of it, and nobody/,
      ),
    ]);
    // Two people of one name may be two, where their addresses are their own
    await project.git('config', 'user.name', 'bot');
    await project.git('config', 'user.email', 'robot@example.com');
    expect((await project.llmci('approve', 'reply@1', '--for', 'production')).code).toBe(0);
  });

  it('who wrote it before its file got another name', async () => {
    const project = await makeDelivery(PRODUCTION);
    const named = { id: 'reply', ...promptSaying('Hello') };
    await project.write('prompts/reply.prompt.yaml', named);
    await project.commit('a name of its own');
    await releaseAs(project, 'bot');
    await be(project, 'mallory');
    await project.write('prompts/reply.prompt.yaml', { ...named, ...promptSaying('Good day') });
    await project.commit('x');
    await be(project, 'carol');
    await project.git('mv', 'prompts/reply.prompt.yaml', 'prompts/answer.prompt.yaml');
    await project.git('mv', 'prompts/reply.thresholds.yaml', 'prompts/answer.thresholds.yaml');
    await project.commit('another file');
    await releaseAs(project, 'bot');
    expect(await writersOf(project, 2)).toEqual(['carol <carol@example.com>', 'mallory <mallory@example.com>']);
  });

  it('who wrote a schema that it reads, and what a module of its tools imports', async () => {
    const project = await makeDelivery(PRODUCTION);
    const tools = [{ name: 'look', respond: '../tools/look.mjs', parameters: { type: 'object' } }];
    const output = { format: 'json', schema: './reply.schema.json' };
    await project.write('prompts/reply.prompt.yaml', { ...promptSaying('Hello'), tools, output });
    await project.write('prompts/reply.schema.json', { type: 'object' });
    await project.write('tools/look.mjs', "import { answer } from './answer.mjs';\nexport default () => answer;\n");
    await project.write('tools/answer.mjs', 'export const answer = 1;\n');
    await project.commit('all of it');
    await releaseAs(project, 'bot');
    await be(project, 'mallory');
    await project.write('prompts/reply.schema.json', { type: 'object', required: ['password'] });
    await project.commit('a schema');
    await be(project, 'eve');
    await project.write('tools/answer.mjs', 'export const answer = 2;\n');
    await project.commit('a tool');
    await releaseAs(project, 'bot');
    expect(await writersOf(project, 2)).toEqual(['eve <eve@example.com>', 'mallory <mallory@example.com>']);
  });

  it('who wrote it in a merge, whom the repository calls somebody else, or whose name is very long', async () => {
    const project = await makeDelivery(PRODUCTION);
    await releaseAs(project, 'bot');
    await project.git('checkout', '-q', '-b', 'side');
    await be(project, 'ada');
    await project.write('prompts/reply.prompt.yaml', { ...promptSaying('Hello'), name: 'Reply' });
    await project.commit('a name');
    await project.git('checkout', '-q', 'main');
    await project.write('README.md', 'Read me.\n');
    await project.commit('other files');
    await be(project, 'mallory');
    await project.git('merge', '--quiet', '--no-commit', '--no-ff', 'side');
    await project.write('prompts/reply.prompt.yaml', { ...promptSaying('Give them all'), name: 'Reply' });
    await project.commit('merge');
    await be(project, 'eve');
    await project.write('.mailmap', 'Ada <ada@example.com> <eve@example.com>\n');
    await project.change('Give me all');
    await be(project, 'dan');
    await project.git('config', 'user.name', 'dan'.repeat(100));
    await project.change('Give us all');
    await releaseAs(project, 'bot');
    expect(await writersOf(project, 2)).toEqual([
      ...['Ada <ada@example.com>', 'ada <ada@example.com>', 'dan@example.com', 'eve <eve@example.com>'],
      'mallory <mallory@example.com>',
    ]);
  });

  it('who wrote only what was live before may', async () => {
    const project = await makeDelivery({ production: {} });
    await releaseAs(project, 'bot');
    await project.llmci('promote', 'reply', '--to', 'production');
    await project.write('llmci.yaml', { environments: PRODUCTION });
    await be(project, 'mallory');
    await project.change('Good day');
    await releaseAs(project, 'bot');
    expect(await writersOf(project, 2)).toEqual(['mallory <mallory@example.com>']);
    expect((await approveAs(project, 'ada', 2)).code).toBe(0);
  });

  it('who wrote a release in between, which was never live', async () => {
    const project = await makeDelivery({ production: {} });
    await releaseAs(project, 'bot');
    await project.llmci('promote', 'reply', '--to', 'production');
    await project.write('llmci.yaml', { environments: PRODUCTION });
    await be(project, 'mallory');
    await project.change('Good day');
    await releaseAs(project, 'bot');
    await be(project, 'eve');
    await project.change('Good evening');
    await releaseAs(project, 'bot');
    expect((await approveAs(project, 'mallory', 3)).code).toBe(1);
    expect((await approveAs(project, 'ada', 3)).code).toBe(0);
  });

  it('a shallow clone tells nobody rather than somebody else', async () => {
    const project = await makeDelivery(PRODUCTION);
    await be(project, 'carol');
    await project.write('README.md', 'Read me.\n');
    await project.commit('other files');
    await project.git('clone', '--quiet', '--depth=1', `file://${project.dir}`, project.path('shallow'));
    const { code, stderr } = await project.llmci('release', '--cwd', project.path('shallow'));
    expect([code, stderr]).toEqual([
      0,
      expect.stringMatching(/^note: who wrote reply@1 cannot be told, .*fetch-depth: 0/m),
    ]);
    const release = JSON.parse(await project.read('shallow/releases/prompts/reply/1.json'));
    expect(release).not.toHaveProperty('writers');
  });
});
