import { formatValue } from '../core/text/format.js';
import type { PageMetric } from './data.js';
import { Field, Value } from './field.js';
import { Mark } from './mark.js';
import type { MarkName } from './marks.js';
import type { OpenedSample } from './opened-sample.js';
import type { RunData } from './run-data.js';
import { seenLine } from './seen-text.js';

/** The unit of each metric, by its id. */
export type Units = ReadonlyMap<string, PageMetric['unit']>;

interface ScoresProps {
  readonly units: Units;
  readonly current: OpenedSample;
  readonly data: RunData;
}

/** The scores of a sample with their reasons, those first that fail. */
export function Scores({ units, current, data }: ScoresProps) {
  const details = new Map(current.content?.scores.map((score) => [score.id, score]));
  const scores = [...data.scores]
    .map(([id, of]) => ({ id, mark: data.mark(of, current.sample), value: of.values[current.sample] ?? Number.NaN }))
    .filter(({ mark }) => mark !== 'absent')
    .sort((a, b) => WEIGHT[a.mark] - WEIGHT[b.mark]);
  if (scores.length === 0) return null;
  return (
    <dl class="scores">
      {scores.map(({ id, mark, value }) => {
        const detail = details.get(id);
        const shown = Number.isNaN(value) ? mark.replace('-', ' ') : formatValue(value, units.get(id) ?? 'number');
        return (
          <div key={id} class={mark}>
            <dt>
              {mark === 'unmarked' ? <span class="mark" /> : <Mark name={SIGNS[mark]} label={mark} />} {seenLine(id)}
            </dt>
            <dd class="value">{shown}</dd>
            {detail && (
              <dd class="reason">
                {detail.reason !== shown && <Value value={detail.reason} />}
                {detail.detail && <Field label="detail" value={detail.detail} isFolded />}
              </dd>
            )}
          </div>
        );
      })}
    </dl>
  );
}

const WEIGHT = { failed: 0, missing: 1, passed: 2, 'not-applicable': 3, unmarked: 4, absent: 5 } as const;
const SIGNS: Readonly<Record<'failed' | 'missing' | 'passed' | 'not-applicable' | 'absent', MarkName>> = {
  failed: 'failed',
  missing: 'unscored',
  passed: 'passed',
  'not-applicable': 'not-applicable',
  absent: 'not-applicable',
};
