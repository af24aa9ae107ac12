import { useMemo } from 'preact/hooks';
import { percentile } from '../core/stats/quantile.js';
import { formatMilliseconds, formatUsd, formatValue } from '../core/text/format.js';
import { addressOf, parseAddress } from './address.js';
import { type ColumnTotals, spreadOf, totalsOf } from './distribution.js';
import { Histogram } from './histogram.js';
import type { LoadedRun } from './load.js';
import type { Row, RunData } from './run-data.js';
import { seenLine } from './seen-text.js';
import { isFlaky } from './select-rows.js';

const SHOWN_FLAKY = 20;

/** How every metric is spread, what each column took and cost, and which cases waver. */
export function MetricsView({ run }: { readonly run: LoadedRun }) {
  const { data, facts } = run;
  const spreads = useMemo(
    () =>
      facts.metrics.flatMap((metric) => {
        const scores = data.scores.get(metric.id);
        return scores ? [{ metric, spread: spreadOf(data, metric, scores) }] : [];
      }),
    [data, facts],
  );
  return (
    <>
      <Columns data={data} />
      <section class="part" aria-labelledby="spread-title">
        <h2 id="spread-title">Scores</h2>
        <p class="quiet">
          How many samples have which score. Hatched: misses the pass mark. Dashed line: threshold of a gate. Solid
          line: where scores begin to pass.
        </p>
        <div class="cards">
          {spreads.map(({ metric, spread }) => (
            <section class="card" key={metric.id} aria-label={seenLine(metric.id)}>
              <h3>{seenLine(metric.id)}</h3>
              {spread.columns.map((distribution) => (
                <div key={distribution.column}>
                  {data.columns.length > 1 && <h4>{seenLine(data.columns[distribution.column]?.label ?? '')}</h4>}
                  <Histogram metric={metric} spread={spread} distribution={distribution} />
                  <p class="quiet">
                    {[
                      `mean ${Number.isNaN(distribution.mean) ? 'none' : formatValue(distribution.mean, metric.unit)}`,
                      `${distribution.values.toLocaleString('en')} scored`,
                      ...(distribution.failed > 0 ? [`${distribution.failed.toLocaleString('en')} fail`] : []),
                      ...(distribution.missing > 0 ? [`${distribution.missing.toLocaleString('en')} missing`] : []),
                      ...(distribution.notApplicable > 0
                        ? [`${distribution.notApplicable.toLocaleString('en')} not applicable`]
                        : []),
                    ].join(' · ')}
                  </p>
                </div>
              ))}
              {spread.columns.some(({ failed }) => failed > 0) && (
                <a href={addressOf({ ...parseAddress(''), filter: 'failed', metric: metric.id })}>Cases that fail it</a>
              )}
            </section>
          ))}
        </div>
      </section>
      <Flaky data={data} />
    </>
  );
}

/** A row for each prompt and model. */
function Columns({ data }: { readonly data: RunData }) {
  const totals = useMemo(() => totalsOf(data), [data]);
  return (
    <section class="part" aria-labelledby="columns-title">
      <h2 id="columns-title">Latency and cost</h2>
      <div class="wide">
        <table>
          <thead>
            <tr>
              <th scope="col">Model</th>
              <th scope="col">Samples</th>
              <th scope="col">Passed</th>
              <th scope="col">No answer</th>
              <th scope="col">Median</th>
              <th scope="col">p95</th>
              <th scope="col">Longest</th>
              <th scope="col">Cost</th>
              <th scope="col">per 1,000 calls</th>
            </tr>
          </thead>
          <tbody>
            {totals.map((of) => (
              <tr key={of.column}>
                <th scope="row">{seenLine(data.columns[of.column]?.label ?? '')}</th>
                <td>{of.samples.toLocaleString('en')}</td>
                <td>{of.passed.toLocaleString('en')}</td>
                <td>{of.errors.toLocaleString('en')}</td>
                <td>{latencyAt(of, 0.5)}</td>
                <td>{latencyAt(of, 0.95)}</td>
                <td>{latencyAt(of, 1)}</td>
                <td>{describeCost(of)}</td>
                <td>{of.priced === 0 ? 'unknown' : formatUsd((1000 * of.usd) / of.priced)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function latencyAt({ latencies }: ColumnTotals, share: number): string {
  return latencies.length === 0 ? 'unknown' : formatMilliseconds(percentile([...latencies], share) ?? 0);
}

/** What was paid, when the answers were made; of some when not all prices are known. */
function describeCost({ usd, priced, samples, errors }: ColumnTotals): string {
  if (priced === 0) return 'unknown';
  return priced < samples - errors ? `${formatUsd(usd)} for ${priced.toLocaleString('en')}` : formatUsd(usd);
}

/** Cases whose trials disagree. */
function Flaky({ data }: { readonly data: RunData }) {
  const flaky = useMemo(() => data.rows.filter((row) => isFlaky(data, row.samples)), [data]);
  if (flaky.length === 0) return null;
  const hrefOf = (row: Row) =>
    addressOf({ ...parseAddress(''), case: row.case, in: data.suites.length > 1 ? row.suite : null });
  return (
    <section class="part" aria-labelledby="flaky-title">
      <h2 id="flaky-title">Flaky cases</h2>
      <p class="quiet">Trials of one model disagree: some pass, some fail.</p>
      <ul class="flaky">
        {flaky.slice(0, SHOWN_FLAKY).map((row) => (
          <li key={row.index}>
            <a href={hrefOf(row)}>{seenLine(row.case)}</a>{' '}
            <span class="quiet">
              {row.samples.filter((sample) => data.outcome(sample) === 'passed').length} of {row.samples.length} samples
              pass
            </span>
          </li>
        ))}
      </ul>
      {flaky.length > SHOWN_FLAKY && (
        <a href={addressOf({ ...parseAddress(''), filter: 'flaky' })}>
          All {flaky.length.toLocaleString('en')} flaky cases
        </a>
      )}
    </section>
  );
}
