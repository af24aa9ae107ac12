import { formatUsd } from '../core/text/format.js';
import type { FailedScore, ScoresStatus, ScoringStatus } from '../model/gateway-status.js';
import { ago, seenLine, shortNumber } from './text.js';
import { unscoredWords } from './words.js';

interface ScoresProps {
  readonly scores: ScoresStatus;
  /** By the gateway's clock. */
  readonly now: string;
}

/** What metrics have said of the calls of a rollout, and which calls missed a mark. */
export function Scores({ scores: { metrics, failed, spent }, now }: ScoresProps) {
  if (metrics.length === 0) return null;
  return (
    <div class="scores">
      <h4>Scores</h4>
      <div class="wide">
        <table>
          <thead>
            <tr>
              <th scope="col">Metric</th>
              <th scope="col">Control</th>
              <th scope="col">Candidate</th>
              <th scope="col">Not scored</th>
            </tr>
          </thead>
          <tbody>
            {metrics.map((metric) => (
              <Row key={`${metric.prompt} ${metric.metric}`} metric={metric} />
            ))}
          </tbody>
        </table>
      </div>
      {metrics.map(
        ({ metric, note }) =>
          note !== null && (
            <p key={metric} class="note">
              The judge of {seenLine(metric)}: {note}
            </p>
          ),
      )}
      {spent.map(({ prompt, usd, budget }) => (
        <p key={prompt} class="quiet">
          Scores of {seenLine(prompt)} have cost {formatUsd(usd)} today
          {budget === null ? '' : `, of ${formatUsd(budget)}`}
        </p>
      ))}
      {failed.length > 0 && (
        <details>
          <summary>The newest calls that missed a mark, masked ({failed.length})</summary>
          <ul class="failed-scores">
            {failed.map((each) => (
              <Failed key={`${each.call} ${each.metric}`} failed={each} now={now} />
            ))}
          </ul>
        </details>
      )}
    </div>
  );
}

function Row({ metric }: { readonly metric: ScoringStatus }) {
  const cell = (arm: 'control' | 'candidate') => {
    const mean = metric.means[arm];
    const scored = metric.scored[arm].toLocaleString('en');
    return mean === null
      ? 'none'
      : `${shortNumber(mean)} (n ${scored}, ${metric.failed[arm].toLocaleString('en')} failed)`;
  };
  return (
    <tr>
      <th scope="row">
        {seenLine(metric.metric)} {metric.sampled && <small class="quiet">of a sample</small>}
      </th>
      <td data-label="Control">{cell('control')}</td>
      <td data-label="Candidate">{cell('candidate')}</td>
      <td data-label="Not scored" title={metric.lastMissing === null ? undefined : seenLine(metric.lastMissing)}>
        {unscoredWords(metric)}
      </td>
    </tr>
  );
}

function Failed({ failed, now }: { readonly failed: FailedScore; readonly now: string }) {
  const { release, arm, metric, value, reason, answer, at } = failed;
  return (
    <li>
      <b>
        {seenLine(metric)} {shortNumber(value)}
      </b>{' '}
      {seenLine(release)} <span class={`arm-name ${arm}`}>{arm}</span> <span class="quiet">{ago(at, now)}</span>
      <p>{seenLine(reason)}</p>
      <p class="answer">{seenLine(answer)}</p>
    </li>
  );
}
