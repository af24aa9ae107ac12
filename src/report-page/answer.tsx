import { useState } from 'preact/hooks';
import { formatMilliseconds, formatUsd, formatValue } from '../core/text/format.js';
import { Field, Value } from './field.js';
import type { LoadedRun } from './load.js';
import { Mark } from './mark.js';
import type { MarkName } from './marks.js';
import type { OpenedSample } from './opened-sample.js';
import { seenLine } from './seen-text.js';

interface AnswerProps {
  readonly run: LoadedRun;
  readonly label: string;
  /** The trials of one column. */
  readonly samples: readonly OpenedSample[];
  /** A text to mark differences from; null for none. */
  readonly other: string | null;
}

/** What one column answered, trial by trial, with its scores and the reasons for them. */
export function Answer({ run: { data, facts }, label, samples, other }: AnswerProps) {
  const worst = samples.findIndex(({ sample }) => data.outcome(sample) !== 'passed');
  const [shown, setShown] = useState(Math.max(0, worst));
  const current = samples[shown];
  if (current === undefined) return null;
  const outcome = data.outcome(current.sample);
  const output = current.content?.output ?? null;
  const error = current.content?.error ?? null;
  return (
    <section class={`answer ${outcome}`} aria-label={seenLine(label)}>
      <header>
        <h3>
          <Mark name={outcome} /> {seenLine(label)}
        </h3>
        <span class="outcome">{OUTCOME_WORDS[outcome]}</span>
      </header>
      {samples.length > 1 && (
        <fieldset class="trials" aria-label="Trials">
          {samples.map(({ sample }, n) => (
            <button type="button" key={sample} aria-pressed={n === shown} onClick={() => setShown(n)}>
              <Mark name={data.outcome(sample)} label={OUTCOME_WORDS[data.outcome(sample)]} /> Trial{' '}
              {data.trial[sample]}
            </button>
          ))}
        </fieldset>
      )}
      {error !== null && (
        <Field label={error.status === null ? error.kind : `${error.kind} ${error.status}`} value={error.message} />
      )}
      {output !== null && (
        <>
          <div class="output">
            {output.text === '' ? <p class="quiet">(no text)</p> : <Value value={output.text} other={other} />}
          </div>
          {output.toolCalls.map((call, n) => (
            <Field key={n} label={`→ ${call.name}`} value={call.arguments} />
          ))}
        </>
      )}
      <Scores samples={facts.metrics} current={current} data={data} />
      {output !== null && (
        <ul class="facts">
          {[
            ...(output.latencyMs === null ? [] : [formatMilliseconds(output.latencyMs)]),
            ...(output.usd === null ? [] : [formatUsd(output.usd)]),
            ...(output.usage.inputTokens === null
              ? []
              : [`${output.usage.inputTokens.toLocaleString('en')} tokens in`]),
            ...(output.usage.outputTokens === null ? [] : [`${output.usage.outputTokens.toLocaleString('en')} out`]),
            ...(output.finishReason === null ? [] : [`ended: ${output.finishReason}`]),
            output.source,
            ...(output.servedModel === null ? [] : [seenLine(output.servedModel)]),
            ...(current.content?.answerOf === undefined ? [] : [`answer of ${seenLine(current.content.answerOf)}`]),
          ].map((fact) => (
            <li key={fact}>{fact}</li>
          ))}
        </ul>
      )}
    </section>
  );
}

const OUTCOME_WORDS = {
  passed: 'passed',
  failed: 'failed',
  unscored: 'score missing',
  error: 'no answer',
  'not-applicable': 'not applicable',
} as const;

interface ScoresProps {
  readonly samples: LoadedRun['facts']['metrics'];
  readonly current: OpenedSample;
  readonly data: LoadedRun['data'];
}

function Scores({ samples: metrics, current, data }: ScoresProps) {
  const units = new Map(metrics.map(({ id, unit }) => [id, unit]));
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
        return (
          <div key={id} class={mark}>
            <dt>
              {mark === 'unmarked' ? <span class="mark" /> : <Mark name={SIGNS[mark]} label={mark} />} {seenLine(id)}
            </dt>
            <dd class="value">
              {Number.isNaN(value) ? mark.replace('-', ' ') : formatValue(value, units.get(id) ?? 'number')}
            </dd>
            {detail && (
              <dd class="reason">
                <Value value={detail.reason} />
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
