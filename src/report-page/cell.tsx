import type { PageMetric } from './data.js';
import { Mark } from './mark.js';
import type { Row, RunColumn, RunData } from './run-data.js';
import { seenLine } from './seen-text.js';

const SHOWN_TICKS = 10;

interface CellProps {
  readonly data: RunData;
  readonly row: Row;
  readonly column: RunColumn;
  readonly units: ReadonlyMap<string, PageMetric>;
}

/** A case in one column: what became of it, which metrics it fails, and its scores as small marks. */
export function Cell({ data, row, column, units }: CellProps) {
  const samples = row.samples.filter((sample) => data.column[sample] === column.index);
  const [first] = samples;
  if (first === undefined) return <span class="cell" />;
  const outcomes = samples.map((sample) => data.outcome(sample));
  const passed = outcomes.filter((outcome) => outcome === 'passed').length;
  const shown = (['failed', 'error', 'unscored', 'passed', 'not-applicable'] as const).find((name) =>
    outcomes.includes(name),
  );
  const sample = samples[outcomes.indexOf(shown ?? 'passed')] ?? first;
  const failing = [...data.scores].filter(([, scores]) => samples.some((each) => data.mark(scores, each) === 'failed'));
  return (
    <span class={`cell ${shown}`}>
      <Mark name={shown ?? 'error'} label={`${seenLine(column.label)}: ${shown}`} />
      {samples.length > 1 && (
        <span class="trials" title={`${passed} of ${samples.length} trials passed`}>
          {passed}/{samples.length}
        </span>
      )}
      <span class="failing">{failing.map(([metric]) => seenLine(metric)).join(', ')}</span>
      <Ticks data={data} sample={sample} units={units} />
    </span>
  );
}

/** The scores of a sample: fractions by height, what fails filled and low, what has no mark thin. */
function Ticks({
  data,
  sample,
  units,
}: {
  readonly data: RunData;
  readonly sample: number;
  readonly units: CellProps['units'];
}) {
  const ticks = [...data.scores]
    .map(([id, scores]) => ({ id, mark: data.mark(scores, sample), value: scores.values[sample] ?? Number.NaN }))
    .filter(({ id, mark }) => mark !== 'absent' && units.get(id)?.unit === 'fraction')
    .slice(0, SHOWN_TICKS);
  return (
    <svg class="ticks" width={ticks.length * 6} height="16" aria-hidden="true">
      {ticks.map(({ id, mark, value }, n) => {
        const height = Number.isNaN(value) ? 2 : 2 + 12 * Math.min(1, Math.max(0, value));
        return (
          <rect key={id} class={mark} x={n * 6 + 0.5} y={15 - height} width="4" height={height}>
            <title>{`${seenLine(id)} ${Number.isNaN(value) ? mark : value}`}</title>
          </rect>
        );
      })}
    </svg>
  );
}
