import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { LlmciError } from '../../core/text/errors.js';
import type { Attested } from '../../model/environment.js';
import { ask } from './git.js';

const run = promisify(execFile);

/** It asks GitHub, and the log in which signatures stand. */
const PATIENCE_MS = 120_000;
const MOST_BYTES = 1 << 26;

/** What `gh attestation verify --format json` writes, as far as it is used. */
const verifiedSchema = z.array(
  z.object({ verificationResult: z.object({ statement: z.object({ predicate: z.unknown() }) }) }),
);

/** What the statements about an artifact say that were signed; or why there is none. */
export type Verified =
  | { readonly predicates: readonly unknown[] }
  | { readonly predicates: null; readonly why: string };

/**
 * Has `gh` verify the attestations of the artifact that has this text. It is asked rather than done here, since it takes a
 * trusted root that is renewed. Throws `cannot-verify` where it cannot be asked.
 */
export async function verifyAttestations(
  root: string,
  text: string,
  predicateType: string,
  attested: Attested,
): Promise<Verified> {
  const { repo = await repositoryOf(root), bundle } = attested === true ? {} : attested;
  const from = bundle === undefined ? [] : ['--bundle', resolve(root, bundle)];
  const folder = await mkdtemp(join(tmpdir(), 'llmci-attested-'));
  try {
    const artifact = join(folder, 'prompt.json');
    await writeFile(artifact, text);
    const args = ['attestation', 'verify', artifact, '--repo', repo, '--predicate-type', predicateType, ...from];
    const { stdout } = await run('gh', [...args, '--format', 'json'], {
      ...{ cwd: root, timeout: PATIENCE_MS, maxBuffer: MOST_BYTES },
    });
    const verified = verifiedSchema.parse(JSON.parse(stdout));
    return { predicates: verified.map(({ verificationResult }) => verificationResult.statement.predicate) };
  } catch (error) {
    return { predicates: null, why: whyOf(error) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** This repository at GitHub, as its remote origin has it. Throws `cannot-verify`. */
async function repositoryOf(root: string): Promise<string> {
  const url = await ask(root, ['remote', 'get-url', 'origin']).catch(() => '');
  const [, name] = /github\.[\w.-]+[/:]([\w.-]+\/[\w.-]+?)(?:\.git)?\/?$/.exec(url.trim()) ?? [];
  if (name === undefined)
    throw new LlmciError('cannot-verify', {
      why: 'nothing tells which repository this is: give `attested: { repo: acme/app }`',
    });
  return name;
}

/** What `gh` said; it answers no and cannot answer by the same exit code. */
function whyOf(error: unknown): string {
  const { stderr = '', message, code } = error as Error & { readonly stderr?: string; readonly code?: unknown };
  if (code === 'ENOENT') throw new LlmciError('cannot-verify', { why: 'the program gh is not installed' });
  if (error instanceof SyntaxError || error instanceof z.ZodError)
    throw new LlmciError('cannot-verify', { why: 'gh writes what this llmci does not know' });
  return (
    stderr
      .trim()
      .replaceAll(/\s*\n\s*/g, '; ')
      .slice(0, 500) || message
  );
}
