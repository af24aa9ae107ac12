import { symlink } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { makeProject } from '../../../test/helpers/project.js';
import { readAppCode } from './app-code.js';

const nothing = { code: null, command: null, version: null, allowUnversioned: false };

it.each([
  ['node app/bin/bot.mjs', 'app/bin/bot.mjs', "import { word } from '../lib/words.mjs';", 'app/lib/words.mjs'],
  ['node app/bin/bot.js', 'app/bin/more.js', "const { word } = require('../../lib/words');", 'lib/words.js'],
  ['python3 app/bin/bot.py', 'app/bin/bot.py', 'from lib.words import word', 'lib/words.py'],
  ['python3 app/bin/bot.py', 'app/bin/more.py', 'import words', 'app/words.py'],
  ['python3 -m app', 'app/__main__.py', 'from lib import words', 'lib/words.py'],
  ['ruby app/bin/bot.rb', 'app/bin/bot.rb', "require_relative '../lib/words'", 'app/lib/words.rb'],
  ['sh app/bin/run.sh', 'app/bin/run.sh', '. "$(dirname "$0")/../lib.sh"', 'app/lib.sh'],
  ['go run ./cmd/bot', 'cmd/bot/main.go', 'import "example.com/bot/internal/words"', 'internal/words/words.go'],
  ['go run .', 'main.go', 'package main', 'words.go'],
  ['node --import=./app/hooks.mjs --eval 1', 'app/hooks.mjs', '', 'app/hooks.mjs'],
  ['env BOT=app/bot.mjs run', 'app/bot.mjs', '', 'app/bot.mjs'],
  ['./app/../app/bot.mjs', 'app/bot.mjs', '', 'app/words.mjs'],
])('the code of `%s` is what %s imports too', async (command, path, text, other) => {
  const project = await makeProject({ 'app/bin/bot.js': '', 'app/bin/bot.py': '', [other]: 'before' });
  await project.write(path, text);
  const read = async () => (await readAppCode(project.dir, { ...nothing, command: command.split(' ') }, {})).digest;
  const before = await read();
  expect(before).not.toBeNull();
  // What is recorded, and what the app itself may write, is no code
  await project.write('fixtures/p.cassette.jsonl', 'one');
  await project.write('logs/calls.log', 'one');
  expect(await read()).toBe(before);
  await project.write(other, 'after');
  expect(await read()).not.toBe(before);
});

it.each([
  ['of packages', 'node_modules/.bin/bot'],
  ['of an environment', 'venv/bin/bot'],
  ['that is not there', 'app/bot.py'],
])('a command %s tells nothing of its code', async (_, command) => {
  const project = await makeProject({ 'node_modules/.bin/bot': '#!/bin/sh\n', 'venv/bin/bot': '#!/bin/sh\n' });
  expect((await readAppCode(project.dir, { ...nothing, command: [command] }, {})).digest).toBeNull();
});

it('a link that leads nowhere is no code, and one that leads out is told', async () => {
  const project = await makeProject({ 'app/bot.py': '' });
  await symlink('nowhere', project.path('app/gone.py'));
  const sources = [{ command: ['python3', 'app/bot.py'] }, { code: ['app/**'] }];
  for (const source of sources)
    expect((await readAppCode(project.dir, { ...nothing, ...source }, {})).digest).not.toBeNull();
  await symlink('/etc/hostname', project.path('app/words.py'));
  for (const source of sources)
    await expect(readAppCode(project.dir, { ...nothing, ...source }, {})).rejects.toThrow(
      'app/words.py is a link that leads out of the project',
    );
});
