import { allSecrets } from '../calls/read-secrets.js';
import type { World } from '../calls/world.js';
import { rolloutName } from '../core/releases/state.js';
import { parseModelReference } from '../core/requests/model-reference.js';
import { next } from '../core/rollouts/next.js';
import { LlmciError } from '../core/text/errors.js';
import { knownSecrets } from '../core/text/redact.js';
import { inEnvironment } from '../project/in-environment.js';
import type { Project } from '../project/load.js';
import type { Delivery } from '../release/delivery.js';
import { openPrompts } from '../runtime/open-prompts.js';
import type { OpenOptions, Rollouts } from '../runtime/prompts.js';
import { toolVersion } from '../store/files/version.js';
import { SignersFile } from '../store/state/signers-file.js';
import type { StateStore } from '../store/state/state-store.js';
import { CallTurns } from './access/call-turns.js';
import { type OpenGuard, openGuard } from './access/open-tokens.js';
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
import { Gateway } from './gateway.js';
import { keepTicking, LoopWatch } from './http/loop-watch.js';
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
import { gateNow } from './status/gate-now.js';
import { statusRoutes } from './status/routes.js';
import { metricFamilies } from './telemetry/metric-families.js';
import { type Otlp, openOtlp } from './telemetry/otlp.js';

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

/** Opens what is live in an environment, and serves it. Throws LlmciError when nothing is known of it. */
export async function openGateway(
  loaded: Project,
  { environment, state, lastKnown, host, port, probePort, folder, keptTraffic, openDelivery, openStore }: GatewayPlace,
  world: World,
  watching: Watching,
): Promise<OpenedGateway> {
  const { onFault, say } = watching;
  const project = inEnvironment(loaded, environment);
  const { root, config, providers } = project;
  const known = knownSecrets(allSecrets(project, world.env));
  const takenBack = new Set<string>();
  // A candidate whose gates nobody looks at gets no calls
  const withheld: Rollouts = { has: (rollout) => takenBack.has(rollout) || !controller.follows(rollout) };
  const prompts = await openPrompts({
    environment,
    state,
    lastKnown,
    cwd: root,
    onError: onFault,
    withheld,
  });
  const models = new Models(project, world, known, say);
  const ledger = new LedgerReader(environment, openStore);
  const signers = new SignersFile(root, state);
  const observers = openObservers(project, { environment, keptTraffic }, known.redact, world, watching);
  const { metrics, counters, scorer, usual } = observers;
  const shared = await SharedCalls.open({ environment, folder, gateways: () => ledger.gateways(), onFault });
  const ids = new CallIds(shared.key);
  const prices = new CallPrices(providers, config.prices, world.date);
  const listeners: CallListener[] = [...observers.listeners, ...watching.listeners];
  const { timeoutMs } = config;
  const modelCalls = new ModelCalls({ models, prices, timeoutMs, world, listeners });
  const isApp = (model: string) => (providers.get(parseModelReference(model).provider)?.app ?? null) !== null;
  const copies = new Copies({ prompts, models: modelCalls, counters, isApp, ids, world, say, onFault });
  listeners.push(copies);
  const backs = new Withheld((rollout) => void takenBack.add(rollout));
  const peers = new Peers({ environment, folder, counters, scorer, usual, withheld: backs, world, say });
  const controller = new Controller({
    ...{ environment, openDelivery, counters, scorer, copies, peers, withheld: backs, world, say, onFault },
    readCheck: () => signers.read(),
    served: () => prompts.snapshot().hash,
    follow: () => void prompts.refresh(),
  });
  const acts = new Acts({
    ...{ environment, openDelivery, prompts, onFault },
    counts: () => counters.all(),
    withhold: (rollout) => void takenBack.add(rollout),
    takeBackLater: (...taken) => controller.takeBack(...taken),
  });
  let access: OpenGuard | null = null;
  const board = new StatusBoard({
    ...{ version: toolVersion(), prompts, calls: metrics, world, onFault },
    readLedger: () => ledger.read(),
    acts: () => access?.guard.hasAdmins ?? false,
    copiesOf: (rollout) => counters.of(rollout).copies ?? null,
    scoresOf: (rollout) => scorer.statusOf(rollout),
    standingOf: (rollout) => {
      const counts = counters.of(rolloutName(environment, rollout.line));
      const { decisions, waits } = next(rollout, counts, world.date().getTime());
      return { gates: decisions.map(gateNow), waits };
    },
  });
  let otlp: Otlp | null = null;
  let probing: Listening | null = null;
  const loop = new LoopWatch(world.now);
  const stopTicking = keepTicking(loop, world.later);
  const release = async () => {
    await probing?.close();
    stopTicking();
    access?.close();
    board.stop();
    await copies.close();
    await otlp?.close();
    // What is scored by now is kept by the controller
    await observers.close();
    await controller.stop();
    await acts.close();
    await shared.close();
    await ledger.close();
    await prompts.close();
    await models.close();
  };
  try {
    access = await openGuard(root, world, onFault);
    const { guard } = access;
    if (!guard.closed && !isThisMachineOnly(host)) throw new LlmciError('open-host', { host });
    if (config.otlp !== null) {
      const place = { root, url: config.otlp, environment, version: toolVersion() };
      otlp = await openOtlp(place, () => metricFamilies(metrics, board.status()), world.date);
      listeners.push(otlp);
    }
    const calls = new PromptCalls({ prompts, models: modelCalls, world, ids, onFault });
    const outcomes = new Outcomes(ids, shared, listeners, world.date);
    const routes = [
      ...routesOf({ prompts, calls, outcomes }),
      ...ofrepRoutes(prompts, withheld),
      ...statusRoutes(board, metrics),
      ...actRoutes(acts),
    ];
    const turns = new CallTurns({ now: world.now, inNextRound: setImmediate });
    const gateway = new Gateway({ routes, guard, turns, onFault });
    await controller.start();
    if (guard.hasAdmins) await acts.start();
    await board.start();
    const anyName = guard.closed;
    if (probePort !== null) {
      const probes = new Gateway({ routes: routes.filter(isProbe), guard, turns, onFault });
      probing = await listen(probes, { host, port: probePort, anyName }, loop);
    }
    const listening = await listen(gateway, { host, port, anyName }, loop);
    return {
      address: listening.address,
      probes: probing?.address ?? null,
      close: async () => {
        // Pages that watch would hold their streams until the last moment
        board.stop();
        await listening.close();
        await release();
      },
    };
  } catch (error) {
    await release();
    throw error;
  }
}
