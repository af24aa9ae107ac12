import { wordsOfShare } from '../core/rollouts/copied-share.js';
import { wordsOfCopies } from '../core/rollouts/copy-words.js';
import { formatShare } from '../core/text/format.js';
import type { GateStatus, GatewayStatus, RolloutStatus } from '../model/gateway-status.js';
import { Mark } from '../report-page/mark.js';
import type { Act } from './act.js';
import { GatePicture } from './gate-picture.js';
import { Scores } from './scores.js';
import { ago, seenLine } from './text.js';
import { describeCalls, gateKey, verdictMark, verdictWords } from './words.js';

interface CardProps {
  readonly rollout: RolloutStatus;
  readonly status: GatewayStatus;
  readonly ask: (act: Act) => void;
}

/** A rollout under way: who gets it, what each gate says, and a hand on it. */
export function RolloutCard({ rollout, status, ask }: CardProps) {
  const { name, strategy, weight, paused, since, weightSince, by, prompts, steps, gates, copies, waits, verdict } =
    rollout;
  const what = prompts
    .map(({ prompt, control, candidate }) => `${seenLine(prompt)}@${control} → @${candidate}`)
    .join(', ');
  const { prompt = '', control = null } = prompts[0] ?? {};
  const button = (kind: Act['kind'], label: string) => (
    <button type="button" onClick={() => ask({ kind, prompt, to: null, what })}>
      {label}
    </button>
  );
  return (
    <section class="rollout" aria-labelledby={`rollout-${rollout.line}`}>
      <header>
        <h3 id={`rollout-${rollout.line}`}>
          <Mark name={verdictMark(verdict)} />
          {what}
        </h3>
        {status.acts && (
          <div class="actions">
            {button(paused ? 'resume' : 'pause', paused ? 'Resume' : 'Pause')}
            {strategy === 'canary' && button('weight', 'Share')}
            {button('complete', 'Complete')}
            {button('abort', 'Abort')}
            <button type="button" class="danger" onClick={() => ask({ kind: 'rollback', prompt, to: control, what })}>
              Roll back
            </button>
          </div>
        )}
      </header>
      <p class="standing">
        <b>{verdictWords(verdict, gates)}</b> · {paused && <span class="badge">paused</span>}
        {strategy}: <b>{wordsOfShare(rollout)}</b> since {ago(weightSince, status.at)}
      </p>
      <Steps weight={weight} steps={steps} />
      <p class="quiet">
        {name}, begun by {seenLine(by)} {ago(since, status.at)}; risk {prompts.map(({ risk }) => risk).join(', ')}
      </p>
      {gates.length > 0 && waits !== null && <p class="waits">Waits: {seenLine(waits)}.</p>}
      {gates.length === 0 ? (
        <p class="note">No live gates: nothing here goes on or back by itself.</p>
      ) : (
        <ul class="live-gates">
          {gates.map((gate) => (
            <Gate key={gateKey(gate)} gate={gate} many={prompts.length > 1} />
          ))}
        </ul>
      )}
      {copies !== null && <p class="quiet copies">{wordsOfCopies(copies)}</p>}
      <Scores scores={rollout.scores} now={status.at} />
    </section>
  );
}

function Steps({ weight, steps }: Pick<RolloutStatus, 'weight' | 'steps'>) {
  return (
    <svg
      class="steps"
      viewBox="0 0 320 12"
      preserveAspectRatio="none"
      role="img"
      aria-label={`${formatShare(weight)} of units get the candidate`}
    >
      <rect class="track" x="0" y="3" width="320" height="6" />
      <rect class="share" x="0" y="3" width={320 * weight} height="6" />
      {steps.map((step) => (
        <line key={step.weight} class="step" x1={320 * step.weight} x2={320 * step.weight} y1="0" y2="12" />
      ))}
    </svg>
  );
}

function Gate({ gate, many }: { readonly gate: GateStatus; readonly many: boolean }) {
  const { prompt, metric, stat, level, verdict, words, method } = gate;
  return (
    <li class={`live-gate ${verdict}`}>
      <span class="verdict">
        <Mark name={verdictMark(verdict)} />
        <b>{verdict}</b>
        {level === 'warn' && <small>only warns</small>}
      </span>
      <span class="rule">
        <b>
          {many && `${seenLine(prompt)}: `}
          {seenLine(metric)} {stat}
        </b>
        <small>{words.allowed}</small>
      </span>
      <span class="found">
        <b>{words.found ?? 'not known'}</b>
        <small>{words.bounds ?? 'no bound yet'}</small>
        <small title={seenLine(method)}>{describeCalls(gate)}</small>
      </span>
      <GatePicture gate={gate} />
    </li>
  );
}
