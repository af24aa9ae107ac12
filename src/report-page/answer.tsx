import { useState } from 'preact/hooks';
import { count, formatMilliseconds, formatUsd, formatValue } from '../core/text/format.js';
import { Field, Value } from './field.js';
import type { LoadedRun } from './load.js';
import { Mark } from './mark.js';
import type { MarkName } from './marks.js';
import { Messages } from './messages.js';
import type { OpenedSample } from './opened-sample.js';
import type { Since } from './run-data.js';
import { seenLine } from './seen-text.js';

interface AnswerProps {
  /** What the case has become since the baseline; null where that is not known. */
  readonly since: Since | null;
  readonly run: LoadedRun;
  readonly label: string;
  /** The trials of one column. */
  readonly samples: readonly OpenedSample[];
  /** A text to mark differences from; null for none. */
  readonly other: string | null;
}

/** What one column answered, trial by trial, with its scores and the reasons for them. */
export function Answer({ run: { data, facts }, label, samples, other, since }: AnswerProps) {
  const worst = samples.findIndex(({ sample }) => data.outcome(sample) !== 'passed');
  const [shown, setShown] = useState(Math.max(0, worst));
  const current = samples[shown];
  if (current === undefined) return null;
  const outcome = data.outcome(current.sample);
  const units = new Map(facts.metrics.map(({ id, unit }) => [id, unit]));
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
      {since !== null && <Before since={since} units={units} />}
      {error !== null && (
        <Field label={error.status === null ? error.kind : `${error.kind} ${error.status}`} value={error.message} />
      )}
      {output !== null && (
        <>
          {current.earlier === null ? (
            <div class="output">
              <Text text={output.text} other={other} />
            </div>
          ) : (
            <div class="pair">
              <div class="output">
                <h4>Baseline</h4>
                <Text text={current.earlier.text} other={null} />
              </div>
              <div class="output">
                <h4>Now</h4>
                <Text text={output.text} other={other ?? current.earlier.text} />
              </div>
            </div>
          )}
          {output.conversation && (
            <details class="field">
              <summary>Conversation, {count(output.conversation.length, 'message')}</summary>
              <Messages messages={output.conversation} />
            </details>
          )}
          {output.toolCalls.map((call, n) => (
            <Field key={n} label={`→ ${call.name}`} value={call.arguments} />
          ))}
        </>
      )}
      <Scores units={units} current={current} data={data} />
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

/** An output, with what is different from another text. */
function Text({ text, other }: { readonly text: string; readonly other: string | null }) {
  return text === '' ? <p class="quiet">(no text)</p> : <Value value={text} other={other} />;
}

type Units = ReadonlyMap<string, LoadedRun['facts']['metrics'][number]['unit']>;

const SINCE_WORDS = { broken: 'newly broken', failing: 'failed in the baseline too', fixed: 'fixed' } as const;

/** What the case has become since the baseline, and what it scored there. */
function Before({ since: { kind, change }, units }: { readonly since: Since; readonly units: Units }) {
  const show = (id: string, value: number) => formatValue(value, units.get(id) ?? 'number');
  const share = (value: number) => `${Math.round(100 * value)}%`;
  return (
    <p class={`before ${kind}`}>
      <b>{SINCE_WORDS[kind]}</b>: {share(change.before)} of its trials passed in the baseline, {share(change.now)} now
      {change.scores.map(({ id, before, now }) => (
        <span key={id}>
          ; {seenLine(id)} was {show(id, before)}, is {show(id, now)}
        </span>
      ))}
    </p>
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
  readonly units: Units;
  readonly current: OpenedSample;
  readonly data: LoadedRun['data'];
}

function Scores({ units, current, data }: ScoresProps) {
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
