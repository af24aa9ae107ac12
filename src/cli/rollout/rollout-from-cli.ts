import { describeLine } from '../../core/releases/describe-line.js';
import { wordsOfCopies } from '../../core/rollouts/copy-words.js';
import { mergeCounts } from '../../core/rollouts/merge-counts.js';
import { type Next, next } from '../../core/rollouts/next.js';
import { EXIT } from '../../core/text/exit-code.js';
import { printable } from '../../core/text/printable.js';
import { printableJson } from '../../core/text/write-json.js';
import { ledgerLineSchema } from '../../model/ledger.js';
import type { RolloutCounts } from '../../model/live-counts.js';
import { type Delivery, policyOf } from '../../release/delivery.js';
import { explainRollout } from '../../release/explain.js';
import { chooseRollout, countsOf, type Steering, steerRollout } from '../../release/steer.js';
import { wrapLines } from '../../reporters/layout/layout.js';
import { gateNow } from '../../serve/status/gate-now.js';
import { readEnvironment } from '../../store/state/environments.js';
import { askGateway } from '../ask-gateway.js';
import { talliesOf } from '../gateway-tallies.js';
import { tellUnsigned, whoAnswers, whoeverIsHere, withDelivery } from '../open-delivery.js';
import { tellDeployment } from '../tell-deployment.js';
import type { Terminal } from '../terminal.js';
import { describeStanding } from './describe-standing.js';
import { textOfExplained } from './explain-text.js';
import { tableOfGates } from './gate-table.js';
import { showAt } from './show-at.js';

/** The flags of rollout as commander parses them. */
export interface RolloutFlags {
  readonly weight?: number;
  readonly prompt?: string;
  readonly reason?: string;
  readonly explain?: boolean;
  readonly force?: boolean;
  readonly at?: string;
  readonly out: string;
  readonly cwd?: string;
  readonly json?: boolean;
}

/** The rollout command. Returns the exit code. */
export async function rolloutFromCli(
  environment: string,
  what: 'pause' | 'resume' | 'complete' | 'abort' | undefined,
  flags: RolloutFlags,
  terminal: Terminal,
): Promise<number> {
  if (flags.at !== undefined && what === undefined && flags.weight === undefined)
    return showAt(flags.at, environment, flags, terminal);
  if (flags.at !== undefined) return steerAt(flags.at, environment, what, flags, terminal);
  return withDelivery(flags.cwd, terminal, async (delivery) => {
    const prompt = flags.prompt ?? null;
    if (flags.explain) return explainFromCli(delivery, environment, prompt, flags.json ?? false, terminal);
    const judges = what === 'complete' || (what === undefined && (flags.weight ?? 1) === 1);
    // What only takes calls from a candidate is not kept waiting by counts that nobody can read
    const counts = judges ? await countedIn(delivery, flags.out, environment) : [];
    const steering = steeringOf(what, flags, counts);
    let shown: { readonly data: unknown; readonly text: string };
    if (steering === null) {
      policyOf(delivery, environment);
      const { state } = await readEnvironment(delivery.store, environment);
      const rollout = chooseRollout(state.rollouts, environment, prompt);
      const now = delivery.date().getTime();
      const counted = countsOf(counts, environment, rollout);
      const found = next(rollout, counted, now);
      const { decisions, ratio, waits, actions } = found;
      shown = {
        data: { ...rollout, gates: decisions, ratio, waits, next: actions, copies: counted.copies ?? null },
        text: [
          describeStanding({ ...rollout.plan, ...rollout, by: rollout.by.name }, now),
          ...standing(found, terminal.stdout.columns ?? 100),
          ...(counted.copies ? [wordsOfCopies(counted.copies)] : []),
        ].join('\n'),
      };
    } else {
      const isBack = what === 'pause' || what === 'abort';
      const by = await (isBack ? whoeverIsHere : whoAnswers)(delivery, terminal);
      const line = await steerRollout(delivery, steering, { environment, prompt, by, reason: flags.reason ?? null });
      shown = { data: line, text: `${describeLine(line)} in ${environment}` };
      if (isBack) tellUnsigned(delivery, line, terminal);
      if (what === 'complete' || what === 'abort') await tellDeployment(delivery, environment, line, terminal);
    }
    const text = flags.json ? printableJson(shown.data, 2) : wrapLines(shown.text, terminal.stdout.columns);
    terminal.stdout.write(printable(`${text}\n`));
    return EXIT.pass;
  });
}

/** Has a gateway steer: neither the project nor its store need be here. */
async function steerAt(
  at: string,
  environment: string,
  what: 'pause' | 'resume' | 'complete' | 'abort' | undefined,
  { weight, prompt, reason, force, json }: RolloutFlags,
  terminal: Terminal,
): Promise<number> {
  const asked = { environment, prompt, reason, weight, force };
  const line = await askGateway(at, what ?? 'weight', asked, ledgerLineSchema, terminal);
  const text = json
    ? printableJson(line, 2)
    : wrapLines(`${describeLine(line)} in ${environment}`, terminal.stdout.columns);
  terminal.stdout.write(printable(`${text}\n`));
  return EXIT.pass;
}

/** Exit 1 when the figures of a line do not lead to what it did. */
async function explainFromCli(
  delivery: Delivery,
  environment: string,
  prompt: string | null,
  json: boolean,
  terminal: Terminal,
): Promise<number> {
  const explained = await explainRollout(delivery, environment, prompt);
  const { line, found, counts, differs } = explained;
  const text = json
    ? printableJson({ line, decisions: found.decisions, ratio: found.ratio, counts, differs }, 2)
    : textOfExplained(explained, terminal.stdout.columns ?? 100);
  terminal.stdout.write(printable(`${text}\n`));
  return differs.length === 0 ? EXIT.pass : EXIT.fail;
}

function steeringOf(
  what: 'pause' | 'resume' | 'complete' | 'abort' | undefined,
  { weight, force = false }: RolloutFlags,
  counts: readonly RolloutCounts[],
): Steering | null {
  if (what === 'complete') return { action: what, counts, force };
  if (what !== undefined) return { action: what };
  return weight === undefined ? null : { action: 'step', weight, counts };
}

async function countedIn(delivery: Delivery, out: string, environment: string): Promise<readonly RolloutCounts[]> {
  return mergeCounts((await talliesOf(delivery, environment, out)).flatMap(({ counts }) => counts));
}

/** What its gates have come to, and what is waited for. */
function standing({ decisions, ratio, waits }: Next, width: number): readonly string[] {
  if (decisions.length === 0) return [];
  const silent = decisions.every(({ n }) => n.control + n.candidate === 0);
  return [
    ...tableOfGates(decisions.map(gateNow), width, { open: true }),
    ...(silent
      ? [
          'No gateway has counted calls here: nothing of this rollout is in the database, or in the folder below --out where there is none.',
        ]
      : []),
    ...(ratio.off ? [`The arms do not get what they should: ${ratio.why ?? ''}.`] : []),
    ...(waits === null ? [] : [`Waits: ${waits}.`]),
  ];
}
