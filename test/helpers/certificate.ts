import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

/** The files of a certificate for a host that nobody has signed, or null where there is no openssl to make one. For the tests of one file. */
export function makeCertificate(host: string): { readonly cert: string; readonly key: string } | null {
  const folder = mkdtempSync(join(tmpdir(), 'llmci-tls-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
  const written = ['-keyout', key, '-out', cert];
  const subject = ['-subj', `/CN=${host}`, '-addext', `subjectAltName=DNS:${host}`];
  try {
    const made = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', ...written, ...subject];
    execFileSync('openssl', made, { stdio: 'ignore' });
    return { cert, key };
  } catch {
    return null;
  }
}
