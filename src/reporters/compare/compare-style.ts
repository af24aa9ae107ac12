import { PALETTE } from '../layout/palette.js';

/** The style of the comparison's page: nothing is loaded from anywhere, light and dark as the reader's system has it. */
export const STYLE = `${PALETTE}* { box-sizing: border-box; }
body { margin: 0; color: var(--text); background: var(--ground); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 1320px; margin: 0 auto; padding: 24px 20px 64px; }
h1 { font-size: 24px; line-height: 1.25; margin: 0 0 12px; }
h2 { font-size: 18px; margin: 40px 0 12px; padding-bottom: 6px; border-bottom: 1px solid var(--rule); overflow-wrap: anywhere; }
h3 { font-size: 15px; margin: 28px 0 8px; }
h4 { font-size: 14px; margin: 0 0 4px; }
h5 { font-size: 12px; margin: 8px 0 2px; color: var(--quiet); font-weight: 600; overflow-wrap: anywhere; }
small, .quiet { color: var(--quiet); font-size: 13px; font-weight: normal; }
.sides { display: grid; grid-template-columns: max-content 1fr; gap: 2px 12px; margin: 0 0 12px; }
.sides dt { font-weight: 600; }
.sides dd { margin: 0; overflow-wrap: anywhere; }
ins { color: var(--better); } del { color: var(--worse); }
.edits dt { font-weight: 600; } .edits dd { margin: 0 0 8px; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
.metrics { width: 100%; font-size: 14px; }
.usage { margin-bottom: 20px; }
th, td { padding: 6px; text-align: right; border-bottom: 1px solid var(--rule); white-space: nowrap; }
thead th { color: var(--quiet); font-size: 12px; font-weight: 600; border-bottom-width: 2px; }
th:first-child { text-align: left; }
tbody th { font-weight: 600; white-space: normal; overflow-wrap: anywhere; min-width: 6em; }
tbody th small { white-space: nowrap; }
thead th.reading, .metrics .reading { text-align: left; }
.reading { color: var(--quiet); }
.better .reading { color: var(--better); font-weight: 600; }
.worse .reading { color: var(--worse); font-weight: 600; }
.metrics td.plot { padding: 0 6px; }
.metrics .interval { min-width: 9em; white-space: normal; }
thead .plot div { display: flex; justify-content: space-between; width: 150px; }
.forest { display: block; width: 150px; }
.forest .zero { stroke: var(--rule); stroke-width: 1.5; }
.forest .bar { stroke: var(--dot); stroke-width: 2.5; stroke-linecap: round; }
.forest circle { fill: var(--dot); }
.forest.better .bar { stroke: var(--better); }
.forest.better circle { fill: var(--better); }
.forest.worse .bar { stroke: var(--worse); }
.forest.worse circle { fill: var(--worse); }
ul { margin: 0; padding-left: 20px; overflow-wrap: anywhere; }
.case { border: 1px solid var(--rule); border-left: 4px solid var(--rule); border-radius: 6px; margin: 6px 0; background: var(--panel); }
.case.regressed { border-left-color: var(--worse); }
.case.improved { border-left-color: var(--better); }
.case summary { padding: 8px 12px; cursor: pointer; overflow-wrap: anywhere; }
.case summary span { color: var(--quiet); margin-left: 8px; font-variant-numeric: tabular-nums; }
.case > .field, .case > .pair, .case > p { margin: 0 12px 10px; }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: 16px; border-top: 1px solid var(--rule); padding-top: 10px; }
.pair > div { min-width: 0; }
.field.score h5 { color: var(--worse); }
.field.output h5 { display: none; }
pre { margin: 0; font: 13px/1.45 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; white-space: pre-wrap; overflow-wrap: anywhere; max-height: 26em; overflow-y: auto; }
.case summary em { color: var(--quiet); font-style: normal; font-size: 13px; margin-left: 8px; }
.field.output pre { background: var(--ground); border: 1px solid var(--rule); border-radius: 4px; padding: 6px 8px; }
@media (max-width: 1240px) {
  .metrics thead { display: none; }
  .metrics tbody, .metrics { display: block; }
  .metrics tr { display: grid; grid-template-columns: repeat(auto-fill, minmax(6em, 1fr)); gap: 4px 12px; padding: 12px 0; border-bottom: 1px solid var(--rule); }
  .metrics th, .metrics td { border: 0; padding: 0; text-align: left; white-space: normal; }
  .metrics tbody th { grid-column: 1 / -2; }
  .metrics .reading { text-align: right; }
  .metrics td.plot { grid-column: 1 / -1; padding: 2px 0; }
  .metrics .interval { min-width: 0; }
  .forest { width: 100%; max-width: 300px; }
  .metrics .number::before { content: attr(data-label); display: block; color: var(--quiet); font-size: 12px; }
}
@media (max-width: 640px) {
  main { padding: 16px 14px 48px; }
  h1 { font-size: 20px; }
  .pair { grid-template-columns: 1fr; }
  .usage td { white-space: normal; overflow-wrap: anywhere; }
  .usage :is(th, td) { padding: 6px 4px; font-size: 14px; }
}
@media print { .case { break-inside: avoid; } pre { max-height: none; } }
`;
