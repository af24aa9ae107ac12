import { join, resolve } from 'node:path';
import { realWorld } from '../../calls/world.js';
import { EXIT } from '../../core/text/exit-code.js';
import { printableLine } from '../../core/text/printable.js';
import { findRoot } from '../../project/files.js';
import { loadProject } from '../../project/load.js';
import { loadDelivery } from '../../project/load-delivery.js';
import { openGateway } from '../../serve/open-gateway.js';
import { openOut } from '../../store/out-folder.js';
import { requireInside } from '../../store/places.js';
import type { Terminal } from '../terminal.js';

/** The flags of serve as commander parses them. */
export interface ServeFlags {
  readonly env: string;
  readonly port: number;
  readonly out: string;
  readonly cwd?: string;
}

/** The serve command: until a signal ends it. Returns the exit code. */
export async function serveFromCli({ env, port, out, cwd }: ServeFlags, terminal: Terminal): Promise<number> {
  const root = findRoot(resolve(cwd ?? terminal.cwd()));
  const { state } = await loadDelivery(root);
  const project = await loadProject({ root, env: terminal.env });
  const folder = await openOut(root, out);
  const say = (line: string) => terminal.stderr.write(`${printableLine(line, 500)}\n`);
  try {
    const listening = await openGateway(
      project,
      {
        environment: env,
        state: typeof state === 'string' ? requireInside(root, state) : state,
        lastKnown: join(folder, 'last-known', `${env}.json`),
        callKey: join(folder, 'serve', env, 'calls.key'),
        port,
      },
      { ...realWorld(), env: terminal.env },
      (error) => say(`fault: ${error instanceof Error ? error.message : String(error)}`),
    );
    terminal.stdout.write(`${listening.address} serves ${printableLine(env, 100)}\n`);
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
