import { useEffect, useState } from 'preact/hooks';
import type { GatewayStatus } from '../model/gateway-status.js';
import type { Act } from './act.js';
import { ActDialog } from './act-dialog.js';
import { Hatch } from './hatch.js';
import { LiveTable } from './live-table.js';
import { RolloutCard } from './rollout-card.js';
import { ago, seenLine } from './text.js';
import { TokenForm } from './token-form.js';
import { Traffic } from './traffic.js';
import { watchStatus } from './watch-status.js';

type Connection = 'asking' | 'live' | 'lost' | 'refused';

const CONNECTION_WORDS: Readonly<Record<Connection, string>> = {
  asking: 'asking the gateway',
  live: 'live',
  lost: 'connection lost, asking again; what you see is old',
  refused: 'the gateway wants a token',
};

export function App() {
  // In the memory of this tab and nowhere else
  const [token, setToken] = useState('');
  const [watchedWith, setWatchedWith] = useState('');
  const [status, setStatus] = useState<GatewayStatus | null>(null);
  const [connection, setConnection] = useState<Connection>('asking');
  const [act, setAct] = useState<Act | null>(null);
  useEffect(() => {
    const left = new AbortController();
    void watchStatus(watchedWith, left.signal, (heard) => {
      if (heard.kind === 'status') setStatus(heard.status);
      setConnection(heard.kind === 'status' ? 'live' : heard.kind);
    });
    return () => left.abort();
  }, [watchedWith]);
  useEffect(() => {
    document.title = status === null ? 'llmci serve' : `${titleOf(status)} - llmci serve`;
  }, [status && titleOf(status)]);
  return (
    <>
      <Hatch />
      <header class="head">
        <h1>{status === null ? 'llmci serve' : seenLine(status.environment)}</h1>
        <p class={`connection ${connection}`} role="status">
          {CONNECTION_WORDS[connection]}
        </p>
        {status !== null && <Facts status={status} />}
      </header>
      <main>
        {connection === 'refused' && (
          <TokenForm
            token={token}
            keepToken={setToken}
            watch={() => {
              setConnection('asking');
              setWatchedWith(token);
            }}
          />
        )}
        {status !== null && <Sections status={status} ask={setAct} />}
      </main>
      {act !== null && status !== null && (
        <ActDialog
          act={act}
          environment={seenLine(status.environment)}
          token={token}
          keepToken={setToken}
          close={() => setAct(null)}
        />
      )}
    </>
  );
}

function titleOf({ environment, rollouts }: GatewayStatus): string {
  const failing = rollouts.some(({ verdict }) => verdict === 'fail') ? 'FAIL ' : '';
  return `${failing}${seenLine(environment)}`;
}

function Facts({ status: { source, version, started, at } }: { readonly status: GatewayStatus }) {
  return (
    <ul class="facts">
      <li>line {source.line} of the ledger</li>
      {source.from === 'last-known' && (
        <li class="old">
          <b>the store cannot be read: this is the last known state</b>
        </li>
      )}
      <li>started {ago(started, at)}</li>
      <li>llmci {version}</li>
    </ul>
  );
}

function Sections({ status, ask }: { readonly status: GatewayStatus; readonly ask: (act: Act) => void }) {
  return (
    <>
      <section aria-labelledby="rollouts">
        <h2 id="rollouts">Rollouts</h2>
        {status.rollouts.length === 0 && <p class="quiet">None is under way.</p>}
        {status.rollouts.map((rollout) => (
          <RolloutCard key={rollout.name} rollout={rollout} status={status} ask={ask} />
        ))}
      </section>
      <section aria-labelledby="live">
        <h2 id="live">Live</h2>
        <LiveTable status={status} ask={ask} />
      </section>
      <section aria-labelledby="traffic">
        <h2 id="traffic">
          Traffic <small>since the gateway started</small>
        </h2>
        <Traffic arms={status.arms} />
      </section>
      <section aria-labelledby="history">
        <h2 id="history">History</h2>
        <ol class="history">
          {status.history.map(({ line, at, by, via, said, reason }) => (
            <li key={line}>
              <time dateTime={at}>{at.slice(0, 16).replace('T', ' ')}</time>
              <span>
                <b>{seenLine(by)}</b> <small>({via})</small> {seenLine(said)}
                {reason !== null && <small class="reason">{seenLine(reason)}</small>}
              </span>
            </li>
          ))}
        </ol>
      </section>
    </>
  );
}
