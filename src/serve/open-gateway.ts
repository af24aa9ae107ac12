import { allSecrets } from '../calls/read-secrets.js';
import type { World } from '../calls/world.js';
import { rolloutName } from '../core/releases/state.js';
import { parseModelReference } from '../core/requests/model-reference.js';
import { LlmciError } from '../core/text/errors.js';
import { knownSecrets } from '../core/text/redact.js';
import { inEnvironment } from '../project/in-environment.js';
import type { Project } from '../project/load.js';
import { endpointLack, resolveEndpoint } from '../providers/transport/endpoint.js';
import type { Delivery } from '../release/delivery.js';
import { openPrompts } from '../runtime/open-prompts.js';
import type { OpenOptions } from '../runtime/prompts.js';
import { toolVersion } from '../store/files/version.js';
import { SignersFile } from '../store/state/signers-file.js';
import type { StateStore } from '../store/state/state-store.js';
import { CallTurns } from './access/call-turns.js';
import type { Guard } from './access/guard.js';
import { openGuard } from './access/open-tokens.js';
import { Acts } from './acts/acts.js';
import { actRoutes } from './acts/routes.js';
import { CallIds } from './calls/call-ids.js';
import { CallPrices } from './calls/call-prices.js';
import type { CallListener } from './calls/finished-call.js';
import { ModelCalls } from './calls/model-calls.js';
import { Models } from './calls/models.js';
import { Outcomes } from './calls/outcomes.js';
import { PromptCalls } from './calls/prompt-calls.js';
import { SharedCalls } from './calls/shared-calls.js';
import { Closers } from './closers.js';
import { Gateway } from './gateway.js';
import { keepTicking, LoopWatch } from './http/loop-watch.js';
import type { Route } from './http/router.js';
import { isThisMachineOnly, type Listening, listen } from './http-server.js';
import { openObservers } from './observers.js';
import { ofrepRoutes } from './ofrep/routes.js';
import { Controller } from './rollouts/controller.js';
import { Copies } from './rollouts/copies.js';
import { LedgerReader } from './rollouts/ledger-reader.js';
import { Peers } from './rollouts/peers.js';
import { Withheld } from './rollouts/withheld.js';
import { isProbe, routesOf } from './routes.js';
import { StatusBoard } from './status/board.js';
import { standingOf } from './status/gate-now.js';
import { statusRoutes } from './status/routes.js';
import { metricFamilies } from './telemetry/metric-families.js';
import { openOtlp } from './telemetry/otlp.js';

export interface GatewayPlace {
  readonly environment: string;
  /** As llmci.yaml has it. */
  readonly state: NonNullable<OpenOptions['state']>;
  /** Where the last known state is kept, absolute. */
  readonly lastKnown: string;
  /** Where it listens: a name or an address of this machine, and a port of it, 0 for any that is free. */
  readonly host: string;
  readonly port: number;
  /** A second port, which answers probes and nothing else; null for none. */
  readonly probePort: number | null;
  /** Where its counts are kept, and the key by which it knows calls again; absolute. */
  readonly folder: string;
  /** Where calls are kept when llmci.yaml asks for that, absolute. */
  readonly keptTraffic: string;
  readonly openDelivery: () => Promise<Delivery>;
  /** Opens the store of the state, for what shows its ledger. */
  readonly openStore: () => Promise<StateStore>;
}

/** Who hears of what happens, beside the clients. */
export interface Watching {
  /** Told of what no client can cause. */
  readonly onFault: (error: unknown) => void;
  /** Told in words of what it does by itself. */
  readonly say: (message: string) => void;
  readonly listeners: readonly CallListener[];
}

/** A gateway that answers. */
export interface OpenedGateway extends Listening {
  /** Where it answers probes alone; null for nowhere. */
  readonly probes: string | null;
}

/**
 * Opens what is live in an environment, and serves it. Throws LlmciError when nothing is known of it, and `open-host` where
 * other machines could call without a token.
 */
export async function openGateway(
  loaded: Project,
  place: GatewayPlace,
  world: World,
  watching: Watching,
): Promise<OpenedGateway> {
  const { environment, host, port, probePort } = place;
  const { onFault } = watching;
  const closers = new Closers();
  try {
    const parts = await openParts(inEnvironment(loaded, environment), place, world, watching, closers);
    const { routes, guard, controller, acts, board } = parts;
    const loop = new LoopWatch(world.now);
    closers.add(keepTicking(loop, world.later));
    const turns = new CallTurns({ now: world.now, inNextRound: setImmediate });
    const gateway = new Gateway({ routes, guard, turns, onFault });
    await controller.start();
    if (guard.hasAdmins) await acts.start();
    await board.start();
    const anyName = guard.closed;
    let probes: string | null = null;
    if (probePort !== null) {
      const probed = new Gateway({ routes: routes.filter(isProbe), guard, turns, onFault });
      const probing = await listen(probed, { host, port: probePort, anyName }, loop);
      closers.add(() => probing.close());
      probes = probing.address;
    }
    const listening = await listen(gateway, { host, port, anyName }, loop);
    closers.add(() => listening.close());
    // Pages that watch would hold their streams until the last moment
    closers.add(() => board.stop());
    return { address: listening.address, probes, close: () => closers.closeAll() };
  } catch (error) {
    // Why it did not open is told, whatever fails on the way back
    await closers.closeAll().catch(() => undefined);
    throw error;
  }
}

interface Parts {
  readonly routes: readonly Route[];
  readonly guard: Guard;
  readonly controller: Controller;
  readonly acts: Acts;
  readonly board: StatusBoard;
}

/** Makes the parts and puts them together, one after the other; none of them does anything yet by itself. */
async function openParts(
  project: Project,
  { environment, state, lastKnown, host, folder, keptTraffic, openDelivery, openStore }: GatewayPlace,
  world: World,
  watching: Watching,
  closers: Closers,
): Promise<Parts> {
  const { onFault, say } = watching;
  const { root, config, providers } = project;
  const { guard, close } = await openGuard(root, world, onFault);
  closers.add(close);
  if (!guard.closed && !isThisMachineOnly(host)) throw new LlmciError('open-host', { host });

  const known = knownSecrets(allSecrets(project, world.env));
  const withheld = new Withheld();
  const prompts = await openPrompts({ environment, state, lastKnown, cwd: root, onError: onFault, withheld });
  closers.add(() => prompts.close());
  const models = new Models(project, world, known, say);
  closers.add(() => models.close());
  const ledger = new LedgerReader(environment, openStore);
  closers.add(() => ledger.close());
  const shared = await SharedCalls.open({ environment, folder, gateways: () => ledger.gateways(), onFault });
  closers.add(() => shared.close());

  const observers = openObservers(project, { environment, keptTraffic }, known.redact, world, watching);
  const { metrics, counters, scorer, usual } = observers;
  const listeners: CallListener[] = [...observers.listeners, ...watching.listeners];
  const ids = new CallIds(shared.key);
  const prices = new CallPrices(providers, config.prices, world.date);
  const modelCalls = new ModelCalls({ models, prices, timeoutMs: config.timeoutMs, world, listeners });
  const calls = new PromptCalls({ prompts, models: modelCalls, world, ids, onFault });
  const outcomes = new Outcomes(ids, shared, listeners, world.date);

  const isApp = (model: string) => (providers.get(parseModelReference(model).provider)?.app ?? null) !== null;
  const copies = new Copies({ prompts, models: modelCalls, counters, isApp, ids, world, say, onFault });
  listeners.push(copies);
  const peers = new Peers({ environment, folder, counters, scorer, usual, withheld, world, say });
  const signers = new SignersFile(root, state);
  const controller = new Controller({
    ...{ environment, openDelivery, counters, scorer, copies, peers, withheld, world, say, onFault },
    readCheck: () => signers.read(),
    served: () => prompts.snapshot().hash,
    follow: () => void prompts.refresh(),
  });
  const acts = new Acts({
    ...{ environment, openDelivery, prompts, onFault },
    counts: () => counters.all(),
    withhold: (rollout) => withheld.hold(rollout),
    takeBackLater: (...taken) => controller.takeBack(...taken),
  });
  closers.add(() => acts.close());
  closers.add(() => controller.stop());
  // What is scored by then is kept by the controller
  closers.add(() => observers.close());

  const board = new StatusBoard({
    ...{ version: toolVersion(), prompts, calls: metrics, world, onFault },
    readLedger: () => ledger.read(),
    acts: () => guard.hasAdmins,
    copiesOf: (rollout) => counters.of(rollout).copies ?? null,
    scoresOf: (rollout) => scorer.statusOf(rollout),
    standingOf: (rollout) =>
      standingOf(rollout, counters.of(rolloutName(environment, rollout.line)), world.date().getTime()),
  });
  if (config.otlp !== null) {
    const collector = { root, url: collectorAt(config.otlp, world.env), environment, version: toolVersion() };
    const otlp = await openOtlp(collector, () => metricFamilies(metrics, board.status()), world.date);
    closers.add(() => otlp.close());
    listeners.push(otlp);
  }
  closers.add(() => copies.close());
  closers.add(() => board.stop());

  const routes = [
    ...routesOf({ prompts, calls, outcomes }),
    ...ofrepRoutes(prompts, withheld),
    ...statusRoutes(board, metrics),
    ...actRoutes(acts),
  ];
  return { routes, guard, controller, acts, board };
}

/** The address of the collector that llmci.yaml names. Throws `missing-key` where a variable in it is not set. */
function collectorAt(otlp: string, env: World['env']): string {
  const lack = endpointLack(otlp, env);
  if (lack === null) return resolveEndpoint(otlp, env);
  const what = 'llmci serve sends telemetry there';
  throw new LlmciError('missing-key', { provider: 'telemetry.otlp', ...lack, what, otherwise: '' });
}
