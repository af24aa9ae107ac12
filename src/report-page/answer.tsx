import { describeConfirmation } from '../core/text/confirmation-words.js';
import { count, formatMilliseconds, formatUsd, formatValue, formatWholeShare } from '../core/text/format.js';
import { describeHistory } from '../core/text/history-words.js';
import type { Output } from '../model/output.js';
import { DiffText } from './diff-text.js';
import { Field, Value } from './field.js';
import type { LoadedRun } from './load.js';
import { Mark } from './mark.js';
import { Messages } from './messages.js';
import type { OpenedSample } from './opened-sample.js';
import type { SinceBaseline } from './run-data.js';
import { Scores, type Units } from './scores.js';
import { seenLine } from './seen-text.js';

interface AnswerProps {
  /** What the case has become since the baseline; null where that is not known. */
  readonly since: SinceBaseline | null;
  readonly run: LoadedRun;
  readonly label: string;
  /** The trials of one column. */
  readonly samples: readonly OpenedSample[];
  /** A text to mark differences from; null for none. */
  readonly other: string | null;
  /** The number of the trial that is asked for; null for the first that does not pass. */
  readonly trial: string | null;
  readonly showTrial: (trial: string) => void;
}

/** What one column answered, trial by trial, with its scores and the reasons for them. */
export function Answer({ run: { data, facts }, label, samples, other, since, trial, showTrial }: AnswerProps) {
  const current =
    samples.find(({ sample }) => String(data.trial[sample]) === trial) ??
    samples.find(({ sample }) => data.outcome(sample) !== 'passed') ??
    samples[0];
  if (current === undefined) return null;
  const outcome = data.outcome(current.sample);
  const units = new Map(facts.metrics.map(({ id, unit }) => [id, unit]));
  const output = current.content?.output ?? null;
  const error = current.content?.error ?? null;
  // Where the baseline's run is not at hand, the record may know how its first trial was answered
  const earlier = current.earlier?.text ?? since?.change.answer ?? null;
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
          {samples.map(({ sample }) => (
            <button
              type="button"
              key={sample}
              aria-pressed={sample === current.sample}
              onClick={() => showTrial(String(data.trial[sample]))}
            >
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
          {earlier === null ? (
            <div class="output">
              <Text text={output.text} other={other} />
            </div>
          ) : (
            <div class="pair">
              <div class="output">
                <h4>Baseline</h4>
                <Text text={earlier} other={output.text} side="before" />
              </div>
              <div class="output">
                <h4>Now</h4>
                {other === null ? (
                  <Text text={output.text} other={earlier} side="now" />
                ) : (
                  <Text text={output.text} other={other} />
                )}
              </div>
            </div>
          )}
          {output.reasoning !== undefined && <Field label="Reasoning" value={output.reasoning} isFolded />}
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
          {describeOutput(output, current.content?.answerOf).map((fact) => (
            <li key={fact}>{fact}</li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** How long an output took, what it used, and where it came from. */
function describeOutput(output: Output, answerOf: string | undefined): readonly string[] {
  const { latencyMs, usd, usage, finishReason, source, servedModel, unread = [] } = output;
  return [
    latencyMs === null ? '' : formatMilliseconds(latencyMs),
    usd === null ? '' : formatUsd(usd),
    usage.inputTokens === null ? '' : `${usage.inputTokens.toLocaleString('en')} tokens in`,
    usage.outputTokens === null ? '' : `${usage.outputTokens.toLocaleString('en')} out`,
    finishReason === null ? '' : `ended: ${finishReason}`,
    source,
    servedModel === null ? '' : seenLine(servedModel),
    unread.length === 0 ? '' : seenLine(`not read: ${unread.join(', ')}`),
    answerOf === undefined ? '' : `the answer of ${seenLine(answerOf)}`,
  ].filter(Boolean);
}

interface TextProps {
  readonly text: string;
  readonly other: string | null;
  readonly side?: 'before' | 'now';
}

/** An output, with what is different from another text. */
function Text({ text, other, side }: TextProps) {
  if (text === '') return <p class="quiet">(no text)</p>;
  return other === null ? <Value value={text} /> : <DiffText text={text} other={other} {...(side ? { side } : {})} />;
}

const SINCE_WORDS = { broken: 'newly broken', failing: 'failed in the baseline too', fixed: 'fixed' } as const;

/** What the case has become since the baseline, and what it scored there. */
function Before({ since: { kind, change }, units }: { readonly since: SinceBaseline; readonly units: Units }) {
  const show = (id: string, value: number) => formatValue(value, units.get(id) ?? 'number');
  const history = describeHistory(change.history);
  return (
    <p class={`before ${kind}`}>
      <b>{SINCE_WORDS[kind]}</b>: {formatWholeShare(change.before)} of its trials passed in the baseline,{' '}
      {formatWholeShare(change.now)} now
      {change.confirmation && `; ${seenLine(describeConfirmation(change.confirmation))}`}
      {history !== '' && `; ${history}`}
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
