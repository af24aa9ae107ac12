import { readFile } from 'node:fs/promises';
import type { World } from '../../calls/world.js';
import { LlmciError } from '../../core/text/errors.js';
import { messageOf } from '../../core/text/thrown.js';
import { placeNamed } from '../../store/files/places.js';
import { Guard } from './guard.js';
import { TokenList } from './token-list.js';

/** Where tokens are: a list, or `file:PATH` of a file with one. */
const CLIENTS = 'LLMCI_CLIENT_TOKENS';
const ADMINS = 'LLMCI_ADMIN_TOKENS';
const LOOK_MS = 1000;

/** The guard of a gateway, whose files of tokens are read anew when they change. */
export interface OpenGuard {
  readonly guard: Guard;
  close(): void;
}

/** Reads the tokens that the environment names. Throws `bad-tokens`. */
export async function openGuard(
  root: string,
  { env, later }: Pick<World, 'env' | 'later'>,
  onFault: (error: unknown) => void,
): Promise<OpenGuard> {
  const clients = await open(CLIENTS, root, env);
  const admins = await open(ADMINS, root, env);
  if (clients && admins?.list.shares(clients.list))
    throw new LlmciError('bad-tokens', { where: ADMINS, why: `a token is in ${CLIENTS} too` });
  let stopped = false;
  let cancel: () => void = () => undefined;
  const look = async () => {
    for (const source of [clients, admins]) await source?.look().catch(onFault);
    if (!stopped) cancel = later(LOOK_MS, () => void look());
  };
  if (clients?.path != null || admins?.path != null) cancel = later(LOOK_MS, () => void look());
  return {
    guard: new Guard(clients?.list ?? null, admins?.list ?? null),
    close: () => {
      stopped = true;
      cancel();
    },
  };
}

interface TokenSource {
  readonly list: TokenList;
  /** Null where the list stands in the variable itself. */
  readonly path: string | null;
  /** Takes what is in the file now. Rejects, once for each fault, and keeps what it has. */
  look(): Promise<void>;
}

async function open(variable: string, root: string, env: World['env']): Promise<TokenSource | null> {
  const written = env[variable]?.trim() ?? '';
  if (written === '') return null;
  const [, named] = /^file:(.+)$/s.exec(written) ?? [];
  if (named === undefined)
    return { list: TokenList.read(written, variable), path: null, look: () => Promise.resolve() };
  const where = `${variable}, ${named}`;
  const path = placeNamed(root, named);
  const read = () =>
    readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      throw new LlmciError('bad-tokens', { where, why: `the file cannot be read (${error.code})` });
    });
  let text = await read();
  const list = TokenList.read(text, where);
  let told = '';
  const look = async () => {
    try {
      const now = await read();
      if (now !== text) list.replace(now, where);
      text = now;
      told = '';
    } catch (error) {
      const message = messageOf(error);
      if (message === told) return;
      told = message;
      throw error;
    }
  };
  return { list, path, look };
}
