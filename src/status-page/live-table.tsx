import type { GatewayStatus } from '../model/gateway-status.js';
import type { Act } from './act.js';
import { ago, seenLine } from './text.js';

interface TableProps {
  readonly status: GatewayStatus;
  readonly ask: (act: Act) => void;
}

/** What answers now. */
export function LiveTable({ status, ask }: TableProps) {
  return (
    <div class="wide live">
      <table>
        <thead>
          <tr>
            <th scope="col">Prompt</th>
            <th scope="col">Live</th>
            <th scope="col">
              <span class="sr">Do</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {status.prompts.map(({ prompt, live, since, by, before }) => (
            <tr key={prompt}>
              <th scope="row">{seenLine(prompt)}</th>
              <td>
                <span title={live.digest}>
                  @{live.number} <code class="quiet">{live.digest.slice(0, 8)}</code>
                </span>
                <small>
                  since{' '}
                  <time dateTime={since} title={since}>
                    {ago(since, status.at)}
                  </time>{' '}
                  by {seenLine(by)}
                </small>
              </td>
              <td>
                {before === null && <span class="quiet">nothing before it</span>}
                {before !== null && status.acts && (
                  <button
                    type="button"
                    onClick={() =>
                      ask({
                        kind: 'rollback',
                        prompt,
                        to: before,
                        what: `${seenLine(prompt)}@${live.number} → @${before}`,
                      })
                    }
                  >
                    Roll back to @{before}
                  </button>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
