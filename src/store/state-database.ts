import { type Head, NO_HEAD } from '../core/releases/chain.js';
import { LlmciError } from '../core/text/errors.js';
import { writeJson } from '../core/text/write-json.js';
import { readerReportSchema } from '../model/reader-report.js';
import type { ReaderReports } from './reader-reports.js';
import { headIn, headless, parseRelease } from './state-files.js';
import type { LedgerTexts, StateStore } from './state-store.js';

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
const NAME = 'the database of the state';
const CHANNEL = 'llmci_state';
/** Where a notification was lost. */
const WATCH_MS = 1000;
const PATIENCE_MS = 10_000;

/** Made by whoever is first; two at once do not disturb each other. */
const TABLES = `
  select pg_advisory_xact_lock(7166011);
  create table if not exists llmci_lines (
    environment text not null, n integer not null, line text not null, primary key (environment, n));
  create table if not exists llmci_heads (
    environment text primary key, n integer not null, hash text not null, at text not null);
  create table if not exists llmci_releases (
    prompt text not null, number integer not null, release text not null, primary key (prompt, number));
  create table if not exists llmci_readers (
    environment text not null, reader text not null, line integer not null, hash text not null, at text not null,
    primary key (environment, reader));
`;
const UNIQUE_VIOLATION = '23505';

/** Releases and ledgers in a PostgreSQL database. Throws `missing-package`, `state-unreachable`. */
export async function openStateDatabase(url: string): Promise<StateStore> {
  const database = new Database(url);
  await database.ask('select 1');
  return database;
}

class Database implements StateStore {
  readonly name = NAME;
  readonly #url: string;
  #client: Promise<Client> | null = null;
  readonly #watchers = new Set<() => void>();
  /** Statements of one connection, one transaction after the other. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(url: string) {
    this.#url = url;
  }

  /** Whoever connects makes the tables: a database that is not there is an error of its own. */
  async absence(): Promise<string | null> {
    return null;
  }

  async environments(): Promise<readonly string[]> {
    const { rows } = await this.ask(
      'select environment collate "C" as environment from llmci_heads union select environment from llmci_lines order by 1',
    );
    return rows.map(({ environment }) => String(environment));
  }

  async readLedger(environment: string): Promise<LedgerTexts | null> {
    // The head first: the ledger may only have grown since
    const anchor = await this.#head(environment);
    const { rows } = await this.ask('select n, line from llmci_lines where environment = $1 order by n', [environment]);
    const broken = (line: number, why: string) =>
      new LlmciError('broken-ledger', { store: NAME, environment, line: String(line), why });
    if (rows.length === 0 && anchor.n > 0) throw broken(1, `its lines are gone, and it had ${anchor.n}`);
    if (rows.length > 0 && anchor.n === 0) throw broken(rows.length, headless('its row of llmci_heads'));
    return rows.length === 0 ? null : { texts: rows.map(({ line }) => String(line)), anchor };
  }

  async append(environment: string, head: Head, line: string): Promise<boolean> {
    const { n, hash, at } = headIn(line);
    return this.#together(async (ask) => {
      const { rows } = await ask('select n, line from llmci_lines where environment = $1 order by n desc limit 1', [
        environment,
      ]);
      const [last] = rows;
      if (Number(last?.['n'] ?? 0) !== head.n) return false;
      if (last && !String(last['line']).endsWith(`"hash":"${head.hash}"}`)) return false;
      await ask('insert into llmci_lines (environment, n, line) values ($1, $2, $3)', [environment, n, line]);
      await ask(
        `insert into llmci_heads (environment, n, hash, at) values ($1, $2, $3, $4)
         on conflict (environment) do update set n = excluded.n, hash = excluded.hash, at = excluded.at`,
        [environment, n, hash, at],
      );
      await ask(`notify ${CHANNEL}`);
      return true;
    });
  }

  async releases(): Promise<ReadonlyMap<string, readonly number[]>> {
    const { rows } = await this.ask('select prompt, number from llmci_releases order by prompt collate "C", number');
    const found = new Map<string, number[]>();
    for (const { prompt, number } of rows) {
      found.set(String(prompt), [...(found.get(String(prompt)) ?? []), Number(number)]);
    }
    return found;
  }

  async readRelease(prompt: string, number: number) {
    const { rows } = await this.ask('select release from llmci_releases where prompt = $1 and number = $2', [
      prompt,
      number,
    ]);
    const [row] = rows;
    return row ? parseRelease(String(row['release']), NAME, prompt, number) : null;
  }

  async putRelease(release: Parameters<StateStore['putRelease']>[0]): Promise<boolean> {
    const { prompt, number } = release;
    const { rowCount } = await this.ask(
      'insert into llmci_releases (prompt, number, release) values ($1, $2, $3) on conflict do nothing',
      [prompt, number, writeJson(release)],
    );
    return rowCount === 1;
  }

  watch(changed: () => void): () => void {
    this.#watchers.add(changed);
    let before: string | null = null;
    const look = setInterval(async () => {
      const now = await this.#heads().catch(() => before);
      if (before !== null && now !== before) changed();
      before = now;
    }, WATCH_MS).unref();
    return () => {
      clearInterval(look);
      this.#watchers.delete(changed);
    };
  }

  readonly reports: ReaderReports = {
    report: async (environment, { reader, line, hash, at }) => {
      await this.ask(
        `insert into llmci_readers (environment, reader, line, hash, at) values ($1, $2, $3, $4, $5)
         on conflict (environment, reader) do update set line = excluded.line, hash = excluded.hash, at = excluded.at`,
        [environment, reader, line, hash, at],
      );
    },
    leave: async (environment, reader) => {
      await this.ask('delete from llmci_readers where environment = $1 and reader = $2', [environment, reader]);
    },
    readers: async (environment) => {
      const { rows } = await this.ask('select reader, line, hash, at from llmci_readers where environment = $1', [
        environment,
      ]);
      return rows.map((row) => readerReportSchema.parse(row));
    },
  };

  async close(): Promise<void> {
    const client = this.#client;
    this.#client = null;
    await client?.then((each) => each.end()).catch(() => undefined);
  }

  /** One statement. A connection that was lost is made anew the next time. Throws `state-unreachable`. */
  async ask(text: string, values: readonly unknown[] = []): ReturnType<Client['query']> {
    return this.#together((ask) => ask(text, values), false);
  }

  /** Several statements as one, after those that are under way. False when another was first with the same line. */
  #together<Outcome>(work: (ask: Client['query']) => Promise<Outcome>, asOne = true): Promise<Outcome> {
    const done = this.#turn.then(async () => {
      const client = await this.#connect();
      const ask: Client['query'] = (text, values) => client.query(text, values);
      if (!asOne) return work(ask);
      await ask('begin');
      try {
        const outcome = await work(ask);
        await ask('commit');
        return outcome;
      } catch (error) {
        await ask('rollback').catch(() => undefined);
        if ((error as { readonly code?: string }).code === UNIQUE_VIOLATION) return false as Outcome;
        throw error;
      }
    });
    this.#turn = done.catch(() => undefined);
    return done.catch((error: unknown) => {
      throw error instanceof LlmciError ? error : this.#unreachable(error);
    });
  }

  #connect(): Promise<Client> {
    this.#client ??= this.#open();
    return this.#client;
  }

  async #open(): Promise<Client> {
    try {
      const client = await makeClient(this.#url);
      // What is lost is made anew when it is asked for next
      const lost = () => {
        this.#client = null;
      };
      client.on('error', lost);
      client.on('end', lost);
      client.on('notification', () => {
        for (const changed of this.#watchers) changed();
      });
      await client.connect();
      await client.query(`begin; ${TABLES} commit;`);
      await client.query(`listen ${CHANNEL}`);
      return client;
    } catch (error) {
      this.#client = null;
      throw error instanceof LlmciError ? error : this.#unreachable(error);
    }
  }

  async #head(environment: string): Promise<Head> {
    const { rows } = await this.ask('select n, hash, at from llmci_heads where environment = $1', [environment]);
    const [row] = rows;
    return row ? { n: Number(row['n']), hash: String(row['hash']), at: String(row['at']) } : NO_HEAD;
  }

  async #heads(): Promise<string> {
    const { rows } = await this.ask('select environment, n, hash from llmci_heads order by environment');
    return rows.map(({ environment, n, hash }) => `${environment} ${n} ${hash}`).join('\n');
  }

  /** Nothing of the address is told: a password stands in it. */
  #unreachable(error: unknown): LlmciError {
    const { message = '', code = '' } = error as { readonly message?: string; readonly code?: string };
    const why = (message || code || 'no answer').replaceAll(this.#url, 'it').replace(/\w+:\/\/\S+/g, 'it');
    return new LlmciError('state-unreachable', { store: NAME, why });
  }
}

async function makeClient(url: string): Promise<Client> {
  try {
    const { default: pg } = (await import(PACKAGE)) as {
      readonly default: { readonly Client: new (options: object) => Client };
    };
    return new pg.Client({
      ...{ connectionString: url, connectionTimeoutMillis: PATIENCE_MS, query_timeout: PATIENCE_MS },
      ...{ application_name: 'llmci', keepAlive: true },
    });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    throw new LlmciError('missing-package', { what: 'a state in PostgreSQL', package: 'pg' });
  }
}
