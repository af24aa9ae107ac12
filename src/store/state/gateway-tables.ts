import { writeJson } from '../../core/text/write-json.js';
import { type Tally, tallySchema } from '../../model/tally.js';
import type { Database } from './database.js';
import type { Exchanged, GatewayName, SharedGateways } from './shared-gateways.js';

/** Added to those of the state. */
export const GATEWAY_TABLES = `
  create table if not exists llmci_tallies (
    environment text not null, gateway text not null, name text not null, leads boolean not null, tally text not null,
    at timestamptz not null, primary key (environment, gateway));
  create table if not exists llmci_claims (
    environment text not null, claim text not null, until bigint not null, primary key (environment, claim));
  create table if not exists llmci_call_keys (environment text primary key, key text not null);
`;

/** The first half of the numbers of advisory locks; the other is of the environment. */
const LEAD = 7166012;
/**
 * Who leads and says nothing for so long has lost the lock: its machine may be gone without a word, and its connection would
 * be held open for hours. Servers before PostgreSQL 14 do not know the setting.
 */
const SILENCE = "select set_config(name, '3s', false) from pg_settings where name = 'idle_session_timeout'";
/** What has been spent in a day has to be remembered for that day. */
const KEPT = '25 hours';
/** How many exchanges there are between two times that old rows are looked for. */
const CLEAN_EVERY = 300;

/** Tables in the database of the state that gateways write. */
export class GatewayTables implements SharedGateways {
  readonly #database: Database;
  /** Tallies that were read, with their texts: most are what they were. */
  #read = new Map<string, { readonly text: string; readonly tally: Tally }>();
  #exchanges = 0;
  #patient = true;

  constructor(database: Database) {
    this.#database = database;
    database.onConnect(() => {
      this.#patient = true;
    });
  }

  async callKey(environment: string, offered: Buffer): Promise<Buffer> {
    await this.#database.ask('insert into llmci_call_keys (environment, key) values ($1, $2) on conflict do nothing', [
      environment,
      offered.toString('base64'),
    ]);
    const { rows } = await this.#database.ask('select key from llmci_call_keys where environment = $1', [environment]);
    return Buffer.from(String(rows[0]?.['key']), 'base64');
  }

  async exchange(
    environment: string,
    { gateway, name }: GatewayName,
    tally: Tally,
    underWay: ReadonlySet<string>,
  ): Promise<Exchanged> {
    if (this.#patient) await this.#database.ask(SILENCE);
    this.#patient = false;
    // Asked for again by who has it, the lock is given again: a lost connection is a lost lock, and nothing has to be remembered
    const { rows } = await this.#database.ask(
      `with lead as (select pg_try_advisory_lock($1, hashtext($2)) as leads)
       insert into llmci_tallies (environment, gateway, name, leads, tally, at)
       select $2, $3, $4, leads, $5, now() from lead
       on conflict (environment, gateway)
       do update set name = excluded.name, leads = excluded.leads, tally = excluded.tally, at = excluded.at
       returning leads`,
      [LEAD, environment, gateway, name, writeJson(tally)],
    );
    const leads = rows[0]?.['leads'] === true;
    const found = await this.#database.ask(
      `select gateway, name, leads, tally, at < now() - interval '${KEPT}' as old
       from llmci_tallies where environment = $1 and gateway <> $2 order by leads, at`,
      [environment, gateway],
    );
    const read = new Map<string, { readonly text: string; readonly tally: Tally }>();
    for (const row of found.rows) read.set(String(row['gateway']), this.#parse(row));
    this.#read = read;
    if (leads && this.#exchanges++ % CLEAN_EVERY === 0) await this.#clean(environment, found.rows, underWay);
    const leader = leads
      ? null
      : String(found.rows.findLast((row) => row['leads'] === true)?.['name'] ?? 'another gateway');
    return { leader, others: [...read.values()].map((each) => each.tally) };
  }

  async tallies(environment: string): Promise<readonly Tally[]> {
    const { rows } = await this.#database.ask(
      'select gateway, tally from llmci_tallies where environment = $1 order by leads, at',
      [environment],
    );
    return rows.map((row) => this.#parse(row).tally);
  }

  async claim(environment: string, names: readonly string[], until: number): Promise<boolean> {
    // The second of two that are the same breaks the key, and then none is written
    return this.#database.together(async (ask) => {
      for (const name of names)
        await ask('insert into llmci_claims (environment, claim, until) values ($1, $2, $3)', [
          environment,
          name,
          until,
        ]);
      return true;
    });
  }

  #parse(row: Readonly<Record<string, unknown>>): { readonly text: string; readonly tally: Tally } {
    const text = String(row['tally']);
    const known = this.#read.get(String(row['gateway']));
    return known?.text === text ? known : { text, tally: tallySchema.parse(JSON.parse(text)) };
  }

  /** Forgets gateways that have ended long ago, unless what they counted still decides something. */
  async #clean(
    environment: string,
    rows: readonly Readonly<Record<string, unknown>>[],
    underWay: ReadonlySet<string>,
  ): Promise<void> {
    const gone = rows
      .filter((row) => row['old'] === true)
      .filter((row) => !this.#parse(row).tally.counts.some(({ rollout }) => underWay.has(rollout)))
      .map(({ gateway }) => String(gateway));
    if (gone.length > 0)
      await this.#database.ask('delete from llmci_tallies where environment = $1 and gateway = any($2)', [
        environment,
        gone,
      ]);
    await this.#database.ask('delete from llmci_claims where until < extract(epoch from now()) * 1000');
  }
}
