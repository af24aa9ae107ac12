import { ApiError } from '../http/api-error.js';
import type { Access } from '../http/router.js';
import type { TokenList } from './token-list.js';

/** Lets in who has a token. Without tokens of clients calls are open: then only this machine is listened to. */
export class Guard {
  readonly #clients: TokenList | null;
  readonly #admins: TokenList | null;

  constructor(clients: TokenList | null, admins: TokenList | null) {
    this.#clients = clients;
    this.#admins = admins;
  }

  /** Whether nobody calls without a token. */
  get closed(): boolean {
    return this.#clients !== null;
  }

  /** Whether anybody can act. */
  get hasAdmins(): boolean {
    return this.#admins !== null;
  }

  /** How many share the gateway, as far as that is known. */
  get clients(): number {
    return this.#clients?.names.size ?? 1;
  }

  /** Whose token it is; null where none is asked for. Throws ApiError, which tells no one thing that is wrong from another. */
  admit(access: Access, authorization: string | null): string | null {
    // Where calls are open too there is nobody to be kept from knowing it
    if (access === 'act' && !this.hasAdmins && !this.closed)
      throw new ApiError(403, 'no_admins', 'nobody can do this here: start the gateway with LLMCI_ADMIN_TOKENS');
    const lists = this.#listsFor(access);
    if (lists === null) return null;
    const sent = tokenIn(authorization ?? '', access);
    const [name] = lists.flatMap((list) => list?.nameOf(sent) ?? []);
    if (name !== undefined) return name;
    throw new ApiError(401, 'invalid_token', 'this takes a token of the gateway: `Authorization: Bearer TOKEN`');
  }

  /** Null for no token at all. */
  #listsFor(access: Access): readonly (TokenList | null)[] | null {
    if (access === 'act') return [this.#admins];
    if (access === 'open') return null;
    if (access === 'watch' && this.#admins !== null) return [this.#admins];
    if (this.#clients === null) return null;
    return access === 'read' ? [this.#clients, this.#admins] : [this.#clients];
  }
}

/** Webhooks that can send no header of one's own still send the password of their address, as Basic authorization. */
function tokenIn(authorization: string, access: Access): string {
  const [, scheme = '', sent = ''] = /^(Bearer|Basic) +(\S+)$/i.exec(authorization) ?? [];
  if (scheme.toLowerCase() === 'bearer') return sent;
  if (access !== 'read') return '';
  const pair = Buffer.from(sent, 'base64').toString();
  return pair.slice(pair.indexOf(':') + 1);
}
