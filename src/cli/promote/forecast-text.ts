import { ASSUMED_LOG_DEVIATION, ASSUMED_RATE, type Forecast, type GateForecast } from '../../core/rollouts/forecast.js';
import { nameOfGate } from '../../core/rollouts/next.js';
import { formatAge } from '../../core/text/age.js';
import { formatAbout, formatShare } from '../../core/text/format.js';
import type { TableColumn } from '../../reporters/layout/layout.js';
import { layOutTable } from '../../reporters/layout/table.js';

const TITLES = ['gate', 'passes', 'which takes'];
const GUESS = `* by a guess, as nothing of it was counted yet: that ${formatShare(ASSUMED_RATE)} fail, and that logarithms of times and costs spread by ${ASSUMED_LOG_DEVIATION}`;
const COLUMNS: readonly TableColumn[] = TITLES.map((title) => ({ title }));

/** What is to be expected of a rollout, for a terminal of a width. */
export function textOfForecast({ traffic, gates, nonsense }: Forecast, width: number): string {
  const rates = Object.entries(traffic).map(
    ([prompt, rate]) => `${prompt} ${rate === null ? 'not known' : rateText(rate)}`,
  );
  const rows = gates.map(cellsOf);
  const table = layOutTable(COLUMNS, rows, width - 2);
  const guessed = gates.some(({ basis, calls }) => basis === 'assumed' && calls !== null);
  // Without gates there is nothing that traffic would tell
  const expected =
    rows.length === 0
      ? ['It has no live gates: nothing is judged, and it goes on by hand (llmci rollout).']
      : [
          `Traffic: ${rates.join(', ')}${Object.values(traffic).includes(null) ? ' (no gateway has counted it here)' : ''}`,
          'If the candidate is as good as what is live:',
          ...[...table.head, ...table.rows.flat()].map((line) => `  ${line}`),
        ];
  return [...expected, ...(guessed ? [GUESS] : []), ...nonsense.map(({ message }) => `Forced: ${message}.`)].join('\n');
}

function cellsOf({ gate, calls, weight, ms, basis, why }: GateForecast): string[] {
  const name = `${nameOfGate(gate)}${gate.level === 'warn' ? ', warns' : ''}`;
  if (calls === null || weight === null) return [name, why ?? 'not known', ''];
  const about = `after about ${formatAbout(calls)} calls of the candidate`;
  return [
    name,
    `${about}${weight > 0 && weight < 1 ? ` at ${formatShare(weight)}` : ''}${basis === 'assumed' ? ' *' : ''}`,
    ms === null ? 'a time that is not known' : formatAge(ms),
  ];
}

/** In the unit in which it is at least one. */
function rateText(perSecond: number): string {
  const [size, unit] =
    perSecond >= 1
      ? [perSecond, 'second']
      : perSecond * 60 >= 1
        ? [perSecond * 60, 'minute']
        : [perSecond * 3600, 'hour'];
  return `${Number(size.toPrecision(2))} calls a ${unit}`;
}
