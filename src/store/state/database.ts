import { LlmciError } from '../../core/text/errors.js';
import { addressFault, describeDatabaseError } from './database-address.js';

/** What is used of the package `pg`, which whoever wants this home installs. */
interface Client {
  connect(): Promise<void>;
  query(
    text: string,
    values?: readonly unknown[],
  ): Promise<{ readonly rows: readonly Row[]; readonly rowCount: number | null }>;
  on(event: 'error' | 'notification' | 'end', listener: () => void): unknown;
  end(): Promise<void>;
}
type Row = Readonly<Record<string, unknown>>;

/** By a name that no bundler and no type check follows: it need not be there. */
const PACKAGE: string = 'pg';
const PATIENCE_MS = 10_000;
const UNIQUE_VIOLATION = '23505';

export interface DatabaseOptions {
  /** How messages call it. */
  readonly name: string;
  /** Statements that make what is not there yet: of two that make it at once, one waits. */
  readonly tables: string;
  /** Where it says that something has changed. */
  readonly channel: string;
  readonly onNotice: () => void;
}

/** One connection to a PostgreSQL database, one transaction after the other. When it is lost it is made anew the next time. */
export class Database {
  readonly #url: string;
  readonly #options: DatabaseOptions;
  readonly #connected = new Set<() => void>();
  #client: Promise<Client> | null = null;
  /** The one that is connected, or being so. */
  #live: Client | null = null;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(url: string, options: DatabaseOptions) {
    this.#url = url;
    this.#options = options;
  }

  /** Told of every new connection: what belonged to the one before is gone. */
  onConnect(connected: () => void): void {
    this.#connected.add(connected);
  }

  /** One statement. Throws `state-unreachable`, `missing-package`. */
  async ask(text: string, values: readonly unknown[] = []): ReturnType<Client['query']> {
    return this.#inTurn((ask) => ask(text, values));
  }

  /**
   * Several statements as one, after those that are under way. False when another was first with a key of a table. Throws
   * `state-unsure` where nobody knows whether they were done.
   */
  together<Outcome>(work: (ask: Client['query']) => Promise<Outcome>): Promise<Outcome | false> {
    return this.#inTurn(async (ask) => {
      await ask('begin');
      try {
        const outcome = await work(ask);
        await ask('commit').catch((error: unknown) => {
          throw isRefusal(error) ? error : this.#unsure(error);
        });
        return outcome;
      } catch (error) {
        // A connection that is given up ends its transaction
        if (isFromServer(error)) await ask('rollback').catch(() => undefined);
        if ((error as { readonly code?: string }).code === UNIQUE_VIOLATION) return false;
        throw error;
      }
    });
  }

  async close(): Promise<void> {
    const client = this.#client;
    this.#forget();
    await client?.then((each) => each.end()).catch(() => undefined);
  }

  #inTurn<Outcome>(work: (ask: Client['query']) => Promise<Outcome>): Promise<Outcome> {
    const done = this.#turn.then(async () => {
      const client = await this.#connect();
      try {
        return await work((text, values) => client.query(text, values));
      } catch (error) {
        // What the server has not said itself, such as silence, says that this connection is no use any more
        if (!isFromServer(error) && this.#live === client) {
          this.#forget();
          void client.end().catch(() => undefined);
        }
        throw error;
      }
    });
    this.#turn = done.catch(() => undefined);
    return done.catch((error: unknown) => {
      throw error instanceof LlmciError ? error : this.#unreachable(describeDatabaseError(error, this.#url));
    });
  }

  #connect(): Promise<Client> {
    this.#client ??= this.#open();
    return this.#client;
  }

  async #open(): Promise<Client> {
    const { tables, channel, onNotice } = this.#options;
    try {
      const fault = addressFault(this.#url);
      if (fault !== null) throw this.#unreachable(fault);
      const client = await this.#makeClient();
      // What is lost is made anew when it is asked for next
      const lost = () => {
        if (this.#live === client) this.#forget();
      };
      this.#live = client;
      client.on('error', lost);
      client.on('end', lost);
      client.on('notification', onNotice);
      await client.connect();
      await client.query(`begin; ${tables} commit;`);
      await client.query(`listen ${channel}`);
      for (const connected of this.#connected) connected();
      return client;
    } catch (error) {
      this.#forget();
      throw error instanceof LlmciError ? error : this.#unreachable(describeDatabaseError(error, this.#url));
    }
  }

  #forget(): void {
    this.#client = null;
    this.#live = null;
  }

  async #makeClient(): Promise<Client> {
    try {
      const { default: pg } = (await import(PACKAGE)) as {
        readonly default: { readonly Client: new (options: object) => Client };
      };
      return new pg.Client({
        ...{ connectionString: this.#url, connectionTimeoutMillis: PATIENCE_MS, query_timeout: PATIENCE_MS },
        ...{ application_name: 'llmci', keepAlive: true },
      });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
      throw new LlmciError('missing-package', { what: 'a state in PostgreSQL', package: 'pg' });
    }
  }

  /** Who has sent the last word and heard nothing does not know what came of it. */
  #unsure(error: unknown): LlmciError {
    return new LlmciError('state-unsure', { store: this.#options.name, why: describeDatabaseError(error, this.#url) });
  }

  #unreachable(why: string): LlmciError {
    return new LlmciError('state-unreachable', { store: this.#options.name, why });
  }
}

function isFromServer(error: unknown): boolean {
  if (error instanceof LlmciError) return error.code !== 'state-unsure';
  return /^[0-9A-Z]{5}$/.test((error as { readonly code?: string }).code ?? '');
}

/** Whether the server says of a statement that it was not done; that it shuts down (57) or has lost somebody (08) says nothing. */
function isRefusal(error: unknown): boolean {
  return isFromServer(error) && !/^(?:08|57)/.test((error as { readonly code?: string }).code ?? '');
}
