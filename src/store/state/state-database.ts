import { type Head, NO_HEAD } from '../../core/releases/chain.js';
import { LlmciError } from '../../core/text/errors.js';
import { writeJson } from '../../core/text/write-json.js';
import { readerReportSchema } from '../../model/reader-report.js';
import { Database } from './database.js';
import { GATEWAY_TABLES, GatewayTables } from './gateway-tables.js';
import { type LedgerTexts, ledgerTexts } from './ledger-texts.js';
import type { ReaderReports } from './reader-reports.js';
import type { SharedGateways } from './shared-gateways.js';
import { headIn, headless, parseRelease } from './state-files.js';
import type { StateStore } from './state-store.js';
import { watchByLooks } from './watch-by-looks.js';

const NAME = 'the database of the state';
const CHANNEL = 'llmci_state';
/** Where a notification was lost. */
const WATCH_MS = 1000;

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
  ${GATEWAY_TABLES}
`;

/** Releases and ledgers in a PostgreSQL database. Throws `missing-package`, `state-unreachable`. */
export async function openStateDatabase(url: string): Promise<StateStore> {
  const state = new StateDatabase(url);
  await state.environments();
  return state;
}

class StateDatabase implements StateStore {
  readonly name = NAME;
  readonly #database: Database;
  readonly #watchers = new Set<() => void>();
  readonly gateways: SharedGateways;

  constructor(url: string) {
    const onNotice = () => {
      for (const changed of this.#watchers) changed();
    };
    this.#database = new Database(url, { name: NAME, tables: TABLES, channel: CHANNEL, onNotice });
    this.gateways = new GatewayTables(this.#database);
  }

  /** Whoever connects makes the tables: a database that is not there is an error of its own. */
  async absence(): Promise<string | null> {
    return null;
  }

  async environments(): Promise<readonly string[]> {
    const { rows } = await this.#database.ask(
      'select environment collate "C" as environment from llmci_heads union select environment from llmci_lines order by 1',
    );
    return rows.map(({ environment }) => String(environment));
  }

  async readLedger(environment: string): Promise<LedgerTexts | null> {
    // The head first: the ledger may only have grown since
    const anchor = await this.#head(environment);
    const { rows } = await this.#database.ask('select n, line from llmci_lines where environment = $1 order by n', [
      environment,
    ]);
    const broken = (line: number, why: string) =>
      new LlmciError('broken-ledger', { store: NAME, environment, line: String(line), why });
    if (rows.length === 0 && anchor.n > 0) throw broken(1, `its lines are gone, and it had ${anchor.n}`);
    if (rows.length > 0 && anchor.n === 0) throw broken(rows.length, headless('its row of llmci_heads'));
    return rows.length === 0 ? null : ledgerTexts(rows.map(({ line }) => `${line}\n`).join(''), anchor);
  }

  async append(environment: string, head: Head, line: string): Promise<boolean> {
    const { n, hash, at } = headIn(line);
    return this.#database.together(async (ask) => {
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
    const { rows } = await this.#database.ask(
      'select prompt, number from llmci_releases order by prompt collate "C", number',
    );
    const found = new Map<string, number[]>();
    for (const { prompt, number } of rows) {
      found.set(String(prompt), [...(found.get(String(prompt)) ?? []), Number(number)]);
    }
    return found;
  }

  async readRelease(prompt: string, number: number) {
    const text = await this.releaseText(prompt, number);
    return text === null ? null : parseRelease(text, NAME, prompt, number);
  }

  async releaseText(prompt: string, number: number): Promise<string | null> {
    const { rows } = await this.#database.ask('select release from llmci_releases where prompt = $1 and number = $2', [
      prompt,
      number,
    ]);
    const [row] = rows;
    return row ? String(row['release']) : null;
  }

  async putRelease(release: Parameters<StateStore['putRelease']>[0]): Promise<boolean> {
    const { prompt, number } = release;
    return this.#database.together(async (ask) => {
      const { rowCount } = await ask(
        'insert into llmci_releases (prompt, number, release) values ($1, $2, $3) on conflict do nothing',
        [prompt, number, writeJson(release)],
      );
      return rowCount === 1;
    });
  }

  watch(changed: () => void): () => void {
    this.#watchers.add(changed);
    const stop = watchByLooks(() => this.#heads(), WATCH_MS, changed);
    return () => {
      stop();
      this.#watchers.delete(changed);
    };
  }

  readonly reports: ReaderReports = {
    report: async (environment, { reader, line, hash, at }) => {
      await this.#database.ask(
        `insert into llmci_readers (environment, reader, line, hash, at) values ($1, $2, $3, $4, $5)
         on conflict (environment, reader) do update set line = excluded.line, hash = excluded.hash, at = excluded.at`,
        [environment, reader, line, hash, at],
      );
    },
    leave: async (environment, reader) => {
      await this.#database.ask('delete from llmci_readers where environment = $1 and reader = $2', [
        environment,
        reader,
      ]);
    },
    readers: async (environment) => {
      const { rows } = await this.#database.ask(
        'select reader, line, hash, at from llmci_readers where environment = $1',
        [environment],
      );
      return rows.map((row) => readerReportSchema.parse(row));
    },
  };

  close(): Promise<void> {
    return this.#database.close();
  }

  async #head(environment: string): Promise<Head> {
    const { rows } = await this.#database.ask('select n, hash, at from llmci_heads where environment = $1', [
      environment,
    ]);
    const [row] = rows;
    return row ? { n: Number(row['n']), hash: String(row['hash']), at: String(row['at']) } : NO_HEAD;
  }

  async #heads(): Promise<string> {
    const { rows } = await this.#database.ask('select environment, n, hash from llmci_heads order by environment');
    return rows.map(({ environment, n, hash }) => `${environment} ${n} ${hash}`).join('\n');
  }
}
