import { join, resolve } from 'node:path';
import { realWorld } from '../../calls/world.js';
import { EXIT } from '../../core/text/exit-code.js';
import { printableLine } from '../../core/text/printable.js';
import { loadDelivery } from '../../project/config/load-delivery.js';
import { loadProject } from '../../project/load.js';
import { findRoot } from '../../project/source/files.js';
import { openDelivery } from '../../release/delivery.js';
import { Hooks } from '../../release/hooks.js';
import { openGateway } from '../../serve/open-gateway.js';
import { requireInside } from '../../store/files/places.js';
import { openOut } from '../../store/git/out-folder.js';
import { openState } from '../../store/state/open-state.js';
import type { Terminal } from '../terminal.js';
import { type LogFormat, serveLog } from './serve-log.js';

/** The flags of serve as commander parses them. */
export interface ServeFlags {
  readonly env: string;
  readonly host: string;
  readonly port: number;
  readonly probePort?: number;
  readonly out: string;
  readonly log: LogFormat;
  readonly cwd?: string;
}

/** The serve command: until a signal ends it. Returns the exit code. */
export async function serveFromCli(
  { env, host, port, probePort, out, log: format, cwd }: ServeFlags,
  terminal: Terminal,
): Promise<number> {
  const root = findRoot(resolve(cwd ?? terminal.cwd()));
  const { state } = await loadDelivery(root);
  const project = await loadProject({ root, env: terminal.env });
  const world = realWorld(terminal.env);
  const { say, fault, listeners } = serveLog(format, terminal, world.date);
  try {
    const folder = await openOut(root, out);
    const listening = await openGateway(
      project,
      {
        environment: env,
        state: typeof state === 'string' ? requireInside(root, state) : state,
        lastKnown: join(folder, 'last-known', `${env}.json`),
        folder: join(folder, 'serve', env),
        keptTraffic: join(folder, 'traffic', env),
        openDelivery: () => openDelivery(root, terminal.env, world.date, new Hooks(root, world, say)),
        host,
        port,
        probePort: probePort ?? null,
        openStore: () => openState(root, state, terminal.env),
      },
      world,
      { onFault: fault, say, listeners },
    );
    const probes = listening.probes === null ? '' : `, and answers probes at ${listening.probes}`;
    terminal.stdout.write(`${listening.address} serves ${printableLine(env, 100)}${probes}\n`);
    await signalled(terminal);
    say('stopping: calls in flight may end');
    await listening.close();
    return EXIT.pass;
  } finally {
    await project.threads.close();
  }
}

function signalled(terminal: Terminal): Promise<void> {
  return new Promise((done) => {
    const stop = () => {
      terminal.off('SIGINT', stop);
      terminal.off('SIGTERM', stop);
      done();
    };
    terminal.on('SIGINT', stop);
    terminal.on('SIGTERM', stop);
  });
}
