import { execFile } from 'node:child_process';
import { generateKeyPairSync, hash, sign } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { signersOf } from './allowed-signers.js';
import { readSshSignature } from './ssh-signature.js';

const run = promisify(execFile);
const TEXT = '{"action":"promote","note":"Grüße"}';
const AT = '2026-11-29T12:00:00.000Z';
const KINDS = [
  ['ed25519', []],
  ['rsa', ['-b', '2048']],
  ['ecdsa', ['-b', '256']],
  ['ecdsa', ['-b', '384']],
  ['ecdsa', ['-b', '521']],
] as const;

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'llmci-ssh-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Signed {
  /** As it stands in allowed_signers. */
  readonly key: string;
  readonly signature: string;
}

async function signBy(kind: string, options: readonly string[], namespace = 'llmci'): Promise<Signed> {
  const path = join(folder, `${kind}${options.join('')}${Math.random()}`);
  await run('ssh-keygen', ['-q', '-t', kind, ...options, '-N', '', '-C', 'ada', '-f', path]);
  await writeFile(`${path}.text`, TEXT);
  await run('ssh-keygen', ['-q', '-Y', 'sign', '-n', namespace, '-f', path, `${path}.text`]);
  return {
    key: (await readFile(`${path}.pub`, 'utf8')).trim(),
    signature: (await readFile(`${path}.text.sig`, 'utf8')).trim(),
  };
}

/** What ssh-keygen says of the same. */
async function holdsForKeygen(allowed: string, signature: string, name: string, text = TEXT): Promise<boolean> {
  const [signers, signed] = [join(folder, 'allowed'), join(folder, 'signed')];
  await writeFile(signers, allowed);
  await writeFile(signed, `${signature}\n`);
  const args = ['-Y', 'verify', '-n', 'llmci', '-f', signers, '-I', name, '-s', signed, '-Overify-time=20261129120000'];
  const verified = run('ssh-keygen', args, { env: { ...process.env, TZ: 'UTC' } });
  verified.child.stdin?.end(text);
  return verified.then(
    () => true,
    () => false,
  );
}

function holds(allowed: string, signature: string, name: string, text = TEXT): boolean {
  return signersOf(allowed)({ text, signature, name, at: AT }) === null;
}

/** What a key on hardware would sign; this one has no hardware. */
function signAsHardware(): Signed {
  const field = (bytes: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    return Buffer.concat([length, bytes]);
  };
  const own = generateKeyPairSync('ed25519');
  const x = Buffer.from(own.publicKey.export({ format: 'jwk' }).x ?? '', 'base64url');
  const type = Buffer.from('sk-ssh-ed25519@openssh.com');
  const application = Buffer.from('ssh:');
  const key = Buffer.concat([type, x, application].map(field));
  const parts = [Buffer.from('llmci'), Buffer.alloc(0), Buffer.from('sha512')];
  const signed = Buffer.concat([Buffer.from('SSHSIG'), ...[...parts, hash('sha512', TEXT, 'buffer')].map(field)]);
  const counter = Buffer.from([1, 0, 0, 0, 7]);
  const words = Buffer.concat([hash('sha256', application, 'buffer'), counter, hash('sha256', signed, 'buffer')]);
  const signature = Buffer.concat([field(type), field(sign(null, words, own.privateKey)), counter]);
  const blob = Buffer.concat([
    Buffer.from('SSHSIG'),
    Buffer.from([0, 0, 0, 1]),
    ...[key, ...parts, signature].map(field),
  ]);
  const lines = blob.toString('base64').replace(/.{70}/g, '$&\n');
  return {
    key: `${type.toString()} ${key.toString('base64')}`,
    signature: `-----BEGIN SSH SIGNATURE-----\n${lines}\n-----END SSH SIGNATURE-----`,
  };
}

describe('SSH signatures, beside what ssh-keygen says', () => {
  it.each(KINDS)('a key of the kind %s %j', async (kind, options) => {
    const { key, signature } = await signBy(kind, options);
    const allowed = `ada@example.com ${key}\n`;
    for (const [text, name, isGood] of [
      [TEXT, 'ada@example.com', true],
      [`${TEXT} `, 'ada@example.com', false],
      [TEXT, 'bob@example.com', false],
    ] as const) {
      expect(await holdsForKeygen(allowed, signature, name, text)).toBe(isGood);
      expect(holds(allowed, signature, name, text)).toBe(isGood);
    }
  });

  it('a key on hardware', async () => {
    const { key, signature } = signAsHardware();
    expect(await holdsForKeygen(`ada ${key}\n`, signature, 'ada')).toBe(true);
    expect(holds(`ada ${key}\n`, signature, 'ada')).toBe(true);
    expect(holds(`ada ${key}\n`, signature, 'ada', 'another')).toBe(false);
  });

  it('no byte of a signature can be another', async () => {
    const { key, signature } = await signBy('ed25519', []);
    const [, base64 = ''] = /-\n([\s\S]*)\n-/.exec(signature) ?? [];
    const bytes = Buffer.from(base64, 'base64');
    for (let at = 0; at < bytes.length; at++) {
      const other = Buffer.from(bytes);
      other[at] = (other[at] ?? 0) ^ 1;
      const changed = `-----BEGIN SSH SIGNATURE-----\n${other.toString('base64')}\n-----END SSH SIGNATURE-----`;
      expect([at, holds(`ada ${key}\n`, changed, 'ada')]).toEqual([at, false]);
    }
  });

  it('one for something else than ledgers', async () => {
    const { key, signature } = await signBy('ed25519', [], 'git');
    expect(await holdsForKeygen(`ada ${key}\n`, signature, 'ada')).toBe(false);
    expect(holds(`ada ${key}\n`, signature, 'ada')).toBe(false);
  });

  it.each([
    ['ada@example.com KEY', true],
    ['  ada@example.com\tKEY comment', true],
    ['# a comment\n\nada@example.com KEY', true],
    ['#ada@example.com KEY', false],
    ['bob@example.com,ada@example.com KEY', true],
    ['"bob@example.com,ada@example.com" KEY', true],
    ['*@example.com KEY', true],
    ['ad?@example.com KEY', true],
    ['*@example.com,!ada@example.com KEY', false],
    ['!ada@example.com,*@example.com KEY', false],
    ['ADA@example.com KEY', false],
    ['*.com KEY', true],
    ['ada@exampleXcom KEY', false],
    ['ada@example.com namespaces="llmci" KEY', true],
    ['ada@example.com namespaces="llmci,git" KEY', true],
    ['ada@example.com namespaces="git" KEY', false],
    ['ada@example.com namespaces="*" KEY', true],
    ['ada@example.com valid-before="20261130" KEY', true],
    ['ada@example.com valid-before="20261129" KEY', false],
    ['ada@example.com valid-before="202611291200" KEY', true],
    ['ada@example.com valid-before="20261129115959Z" KEY', false],
    ['ada@example.com valid-after="20261129" KEY', true],
    ['ada@example.com valid-after="20261130" KEY', false],
    ['ada@example.com namespaces="git",valid-after="20260101" KEY', false],
    ['ada@example.com namespaces="git" KEY\nada@example.com namespaces="llmci" KEY', true],
    ['ada@example.com cert-authority KEY', false],
    ['ada@example.com no-such-option KEY', false],
    ['ada@example.com valid-before="soon" KEY', false],
    ['ada@example.com ssh-ed25519 AAAA', false],
    ['', false],
  ])('allowed_signers %j', async (lines, isGood) => {
    const { key, signature } = await signBy('ed25519', []);
    const allowed = `${lines.replaceAll('KEY', key)}\n`;
    expect(await holdsForKeygen(allowed, signature, 'ada@example.com')).toBe(isGood);
    expect(holds(allowed, signature, 'ada@example.com')).toBe(isGood);
  });

  it.each(['', 'AAAA', '-----BEGIN SSH SIGNATURE-----\nU1NIU0lH\n-----END SSH SIGNATURE-----'])(
    'what is none: %j',
    (text) => expect(readSshSignature(text)).toBeNull(),
  );
});
