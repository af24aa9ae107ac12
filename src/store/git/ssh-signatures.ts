import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { SIGNATURE_NAMESPACE } from '../../core/releases/allowed-signers.js';
import { LlmciError } from '../../core/text/errors.js';
import { inTemporaryFolder } from '../files/temporary-folder.js';
import { gitEnvironment, readSettings } from './git.js';

const run = promisify(execFile);

/** A passphrase is typed, a hardware key touched. */
const SIGN_MS = 120_000;
/** What must not wait is signed by a key that asks for nothing, or not at all. */
const SIGN_AT_ONCE_MS = 2000;

/**
 * Signs a text with the key that git signs with in a folder. `waits` for a person who types or touches; without it nobody is
 * asked. Throws `cannot-sign`.
 */
export async function signText(folder: string, text: string, waits: boolean): Promise<string> {
  const no = (why: string) => new LlmciError('cannot-sign', { why });
  const [formats, paths] = await Promise.all([
    readSettings(folder, ['gpg.format']),
    readSettings(folder, ['user.signingkey', 'gpg.ssh.program'], 'path'),
  ]);
  const format = formats.get('gpg.format') || 'not set';
  if (format !== 'ssh') throw no(`git is not set up to sign with SSH (gpg.format is ${format})`);
  const [named, program] = [paths.get('user.signingkey') || null, paths.get('gpg.ssh.program') || null];
  if (named === null) throw no('git knows no key to sign with (user.signingKey is not set)');
  const literal = /^(?:key::)?((?:ssh|ecdsa|sk)-.*)$/.exec(named)?.[1];
  return inTemporaryFolder('signature', async (temporary) => {
    const [words, key] = [join(temporary, 'words'), join(temporary, 'key.pub')];
    await writeFile(words, text);
    if (literal !== undefined) await writeFile(key, `${literal}\n`);
    // A key that is in no file is in the agent
    const from = literal === undefined ? ['-f', named] : ['-f', key, '-U'];
    try {
      const options = { cwd: folder, timeout: waits ? SIGN_MS : SIGN_AT_ONCE_MS, env: gitEnvironment(folder) };
      await run(program ?? 'ssh-keygen', ['-Y', 'sign', '-n', SIGNATURE_NAMESPACE, ...from, words], options);
      return (await readFile(`${words}.sig`, 'utf8')).trim();
    } catch (error) {
      throw no(whyOf(error));
    }
  });
}

function whyOf(error: unknown): string {
  const { stderr = '', message, code } = error as Error & { readonly stderr?: string; readonly code?: unknown };
  if (code === 'ENOENT') return 'ssh-keygen is not installed';
  return stderr.trim().replaceAll(/\s*\n\s*/g, '; ') || message;
}
