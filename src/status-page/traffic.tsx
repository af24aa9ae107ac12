import { formatShare, formatUsd } from '../core/text/format.js';
import type { ArmStatus } from '../model/gateway-status.js';
import { LatencyPicture } from './latency-picture.js';
import { milliseconds, seenLine, shortNumber } from './text.js';

/** The calls of each release: how many, how well, how fast. */
export function Traffic({ arms }: { readonly arms: readonly ArmStatus[] }) {
  if (arms.length === 0) return <p class="quiet">No calls since the gateway started.</p>;
  return (
    <ul class="arms">
      {arms.map((arm) => (
        <Arm key={`${arm.release} ${arm.arm}`} arm={arm} />
      ))}
    </ul>
  );
}

function Arm({ arm }: { readonly arm: ArmStatus }) {
  const { release, calls, errors, perSecond, meanMs, p50Ms, p95Ms, usd, unpriced } = arm;
  const failed = errors.reduce((whole, { kind, count }) => whole + (kind === CLIENT_LEFT ? 0 : count), 0);
  const kinds = errors.map(({ kind, count }) => `${count.toLocaleString('en')} ${kind}`).join(', ');
  const facts: readonly (readonly [string, string])[] = [
    ['calls', calls.toLocaleString('en')],
    ['a second', shortNumber(perSecond)],
    ['errors', calls === 0 ? '–' : formatShare(failed / calls)],
    ['mean', milliseconds(meanMs)],
    ['p50', milliseconds(p50Ms)],
    ['p95', milliseconds(p95Ms)],
    ['cost', unpriced > 0 && usd === 0 ? 'not known' : formatUsd(usd)],
  ];
  return (
    <li class="arm">
      <h3>
        {seenLine(release)} <span class={`arm-name ${arm.arm}`}>{arm.arm}</span>
      </h3>
      <dl>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {kinds !== '' && <p class="quiet">not answered: {kinds}</p>}
      <LatencyPicture arm={arm} />
    </li>
  );
}

const CLIENT_LEFT = 'client-left';
