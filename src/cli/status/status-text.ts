import { nameOfRelease } from '../../core/releases/decision.js';
import { describeSeen } from '../../core/releases/seen.js';
import { wordsOfShare } from '../../core/rollouts/copied-share.js';
import { formatAge } from '../../core/text/age.js';
import { printableLine } from '../../core/text/printable.js';
import { printableJson } from '../../core/text/write-json.js';
import type { EnvironmentStatus, LiveRow, Status } from '../../release/status.js';
import { type TableColumn, wrap } from '../../reporters/layout/layout.js';
import { escapeMarkdown } from '../../reporters/layout/markdown-text.js';
import { layOutTable } from '../../reporters/layout/table.js';

const TITLES = ['prompt', 'release', 'age', 'by', 'evidence', 'risk'];
const COLUMNS: readonly TableColumn[] = TITLES.map((title) => ({
  title,
  ...(title === 'prompt' ? { minWidth: 12 } : {}),
}));

/** The status for a terminal of a width. */
export function textOfStatus(status: Status, width: number): string {
  if (status.environments.length === 0)
    return 'There are no environments: name them under `environments` in llmci.yaml.';
  const rows = status.environments.flatMap(({ rows }) => rows.map((row) => cellsOf(row, status.at)));
  // Of one width, so that the environments stand below each other
  const { head, rows: lines } = layOutTable(COLUMNS, rows, width - 2);
  let place = 0;
  const parts = status.environments.map((environment) => {
    const { name, rows: own, fault } = environment;
    const told = remarksOf(environment, status.at).flatMap((text) =>
      wrap(text, width - 4).map((line, index) => `  ${index === 0 ? '' : '  '}${line}`),
    );
    const ownLines = lines.slice(place, place + own.length).flat();
    place += own.length;
    const table = own.length > 0 ? [...head, ...ownLines].map((line) => `  ${line}`) : [];
    const empty = own.length === 0 && fault === null ? ['  nothing is live'] : [];
    return [printableLine(name, 100), ...table, ...empty, ...told].join('\n');
  });
  const drift =
    status.drift.length > 0
      ? [['drift', ...status.drift.flatMap((text) => wrap(text, width - 2).map((line) => `  ${line}`))].join('\n')]
      : [];
  return [...parts, ...drift].join('\n\n');
}

/** The same as Markdown. */
export function markdownOfStatus(status: Status): string {
  const parts = status.environments.map((environment) => {
    const line = (cells: readonly string[]) => `| ${cells.map((cell) => escapeMarkdown(cell)).join(' | ')} |`;
    const table = [
      line(TITLES),
      `|${'---|'.repeat(TITLES.length)}`,
      ...environment.rows.map((row) => line(cellsOf(row, status.at))),
    ];
    const told = remarksOf(environment, status.at).map((text) => `- ${escapeMarkdown(text)}`);
    const body = environment.rows.length > 0 ? table.join('\n') : environment.fault === null ? 'Nothing is live.' : '';
    return [`## ${escapeMarkdown(environment.name)}`, body, told.join('\n')].filter(Boolean).join('\n\n');
  });
  const drift =
    status.drift.length > 0
      ? [`## Drift\n\n${status.drift.map((text) => `- ${escapeMarkdown(text)}`).join('\n')}`]
      : [];
  return [...parts, ...drift].join('\n\n');
}

/** The same for programs. */
export function statusToJson({ at, environments, drift }: Status): string {
  const shown = environments.map(({ name, rows, holds, seen, doubts, fault }) => ({
    name,
    fault,
    live: rows.map(({ prompt, live: { release, since, line, by, moved }, override, evidence, rollout, model }) => ({
      ...{
        prompt,
        number: release.number,
        digest: release.digest,
        since,
        line,
        by,
        risk: moved?.risk ?? null,
        override,
      },
      ...{ evidence, rollout, model },
    })),
    holds,
    seen,
    doubts,
  }));
  return printableJson({ at, environments: shown, drift }, 2);
}

function cellsOf({ prompt, live, override, evidence }: LiveRow, at: string): readonly string[] {
  const { release, since, by, moved } = live;
  const age = (time: string) => formatAge(Math.max(0, Date.parse(at) - Date.parse(time)));
  return [
    printableLine(prompt, 60),
    `@${release.number}${override ? ' OVERRIDE' : ''}`,
    age(since),
    printableLine(by.name.replace(/\s*<[^<>]*>$/, ''), 20),
    evidence === null ? 'none' : `${evidence.verdict} ${age(evidence.finishedAt)} ago`,
    moved?.risk ?? '',
  ];
}

/** What of an environment stands beside its table. */
function remarksOf({ rows, holds, seen, doubts, fault }: EnvironmentStatus, at: string): readonly string[] {
  const found: string[] = fault === null ? [] : [`CANNOT BE TOLD: ${fault}`];
  found.push(...doubts);
  for (const { live, override } of rows) {
    if (override)
      found.push(
        `OVERRIDE of ${nameOfRelease(live.release)} by ${override.by.name}: ${override.reason} (against: ${override.refused.join('; ')})`,
      );
  }
  for (const rollout of new Set(rows.flatMap((row) => row.rollout ?? []))) {
    const { releases, plan, weight, paused } = rollout;
    const share = wordsOfShare({ ...plan, weight });
    found.push(
      `rollout (${plan.strategy}) of ${releases.map(nameOfRelease).join(', ')}: ${share}${paused ? ', paused' : ''}`,
    );
  }
  for (const { release, by, reason } of holds) found.push(`held: ${nameOfRelease(release)}, by ${by.name}: ${reason}`);
  // What is live after a rollback has not been moved there
  const isBack = rows.some(({ live }) => live.moved === null);
  const said = fault === null ? describeSeen(seen, isBack, Date.parse(at)) : null;
  if (said !== null) found.push(said);
  return found.map((text) => printableLine(text, 600));
}
