import { execFileSync } from 'node:child_process';
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { afterThisTest } from '../../../test/helpers/cleanup.js';
import { findBase } from './base-ref.js';
import { commonAncestor, exportTree, resolveCommit } from './git-tree.js';

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'llmci-tree-'));
  afterThisTest(() => rmSync(made, { recursive: true }));
  return made;
}

function git(cwd: string, ...args: readonly string[]): string {
  const who = ['-c', 'user.name=A', '-c', 'user.email=a@example.com', '-c', 'init.defaultBranch=main'];
  return execFileSync('git', [...who, ...args], { cwd, encoding: 'utf8' }).trim();
}

function repository(): string {
  const root = folder();
  git(root, 'init', '-q');
  return root;
}

function write(root: string, path: string, content: string | Buffer): void {
  mkdirSync(join(root, path, '..'), { recursive: true });
  writeFileSync(join(root, path), content);
}

function commit(root: string, message = 'x'): string {
  git(root, 'add', '-A');
  git(root, 'commit', '-qm', message);
  return git(root, 'rev-parse', 'HEAD');
}

it('writes the files of a commit as they were, whatever they hold and are called', async () => {
  const root = repository();
  const large = Buffer.from(Array.from({ length: 3_000_000 }, (_, at) => (at * 7919) % 256));
  const files = new Map<string, Buffer>([
    ['app/prompts/a.yaml', Buffer.from('one\ntwo\n')],
    ['app/data/empty.jsonl', Buffer.alloc(0)],
    ['app/data/large.bin', large],
    ['app/naïve "name"\twith\nlines.txt', Buffer.from('x')],
  ]);
  for (const [path, content] of files) write(root, path, content);
  write(root, 'other/b.yaml', 'not asked for');
  write(root, '.gitattributes', '*.yaml filter=evil\n');
  const first = commit(root);
  git(root, 'config', 'filter.evil.smudge', 'sh -c "echo smudged"');
  write(root, 'app/prompts/a.yaml', 'changed');
  const into = folder();
  await exportTree(join(root, 'app'), first, into);
  for (const [path, content] of files) expect(readFileSync(join(into, path.slice(4))).equals(content)).toBe(true);
  expect(readdirSync(into).sort()).toEqual(['data', 'naïve "name"\twith\nlines.txt', 'prompts']);
});

it('writes what is staged', async () => {
  const root = repository();
  write(root, 'a.txt', 'staged');
  git(root, 'add', '-A');
  write(root, 'a.txt', 'edited since');
  write(root, 'b.txt', 'not staged');
  const into = folder();
  await exportTree(root, 'index', into);
  expect(readdirSync(into)).toEqual(['a.txt']);
  expect(readFileSync(join(into, 'a.txt'), 'utf8')).toBe('staged');
});

it('makes links that stay inside, and leaves out those that lead out', async () => {
  const root = repository();
  write(root, 'p/real.txt', 'x');
  write(root, 'secret.txt', 'no');
  symlinkSync('real.txt', join(root, 'p/inside'));
  symlinkSync('../secret.txt', join(root, 'p/beside'));
  symlinkSync('/etc/passwd', join(root, 'p/absolute'));
  symlinkSync('../p', join(root, 'p/round'));
  const first = commit(root);
  const into = folder();
  await exportTree(join(root, 'p'), first, into);
  expect(readdirSync(into).sort()).toEqual(['inside', 'real.txt']);
  expect(lstatSync(join(into, 'inside')).isSymbolicLink()).toBe(true);
});

it.each(['nope', '-x', '--output=/tmp/x', 'HEAD:a.txt', 'a b', ''])('knows no commit called %j', async (ref) => {
  const root = repository();
  write(root, 'a.txt', '1');
  commit(root);
  await expect(resolveCommit(root, ref)).rejects.toMatchObject({ code: 'unknown-commit', exitCode: 2 });
  await expect(findBase(root, {}, ref)).rejects.toMatchObject({ code: 'unknown-commit' });
});

/** main: one - two; topic leaves it after one. Checked out: topic. */
function branched(): { root: string; fork: string; main: string } {
  const root = repository();
  write(root, 'a.txt', '1');
  const fork = commit(root);
  git(root, 'checkout', '-qb', 'topic');
  write(root, 'b.txt', '1');
  commit(root);
  git(root, 'checkout', '-q', 'main');
  write(root, 'c.txt', '1');
  const main = commit(root);
  git(root, 'checkout', '-q', 'topic');
  return { root, fork, main };
}

it('compares with where the histories meet', async () => {
  const { root, fork } = branched();
  expect(await findBase(root, {}, 'main')).toEqual({ name: 'main', commit: fork });
  expect(await commonAncestor(root, 'main', 'topic')).toBe(fork);
  expect(await findBase(root, {}, null)).toBeNull();
});

it.each([
  ['GITHUB_BASE_REF', 'main'],
  ['CI_MERGE_REQUEST_TARGET_BRANCH_NAME', 'main'],
  ['BITBUCKET_PR_DESTINATION_BRANCH', 'main'],
  ['SYSTEM_PULLREQUEST_TARGETBRANCH', 'refs/heads/main'],
  ['CHANGE_TARGET', 'main'],
  ['BUILDKITE_PULL_REQUEST_BASE_BRANCH', 'main'],
])('finds the base that %s names, and fetches it into a shallow checkout', async (name, value) => {
  const { root, fork, main } = branched();
  const whole = join(folder(), 'whole');
  git(root, 'clone', '-q', `file://${root}`, whole);
  expect(await findBase(whole, { [name]: value }, null)).toEqual({ name: 'main', commit: fork });
  const shallow = join(folder(), 'shallow');
  git(root, 'clone', '-q', '--depth=1', '--branch=topic', `file://${root}`, shallow);
  expect(await findBase(shallow, { [name]: value }, null)).toEqual({ name: 'main', commit: main });
  expect(await findBase(shallow, { [name]: '' }, null)).toBeNull();
});

it("takes GitLab's own word for where a merge request began", async () => {
  const { root, fork } = branched();
  git(root, 'config', 'uploadpack.allowAnySHA1InWant', 'true');
  const shallow = join(folder(), 'shallow');
  git(root, 'clone', '-q', '--depth=1', '--branch=topic', `file://${root}`, shallow);
  const env = { CI_MERGE_REQUEST_DIFF_BASE_SHA: fork, CI_MERGE_REQUEST_TARGET_BRANCH_NAME: 'main' };
  expect(await findBase(shallow, env, null)).toEqual({ name: 'main', commit: fork });
});

it('says so when the base cannot be had', async () => {
  const { root } = branched();
  git(root, 'remote', 'add', 'origin', join(root, 'nowhere'));
  const asked = findBase(root, { GITHUB_BASE_REF: 'release' }, null);
  await expect(asked).rejects.toThrow(
    /git knows no commit release here: it is not in this checkout, and cannot be fetched/,
  );
});
