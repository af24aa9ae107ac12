import { realWorld } from '../calls/world.js';
import { secretsOfEnvironment } from '../core/text/environment-secrets.js';
import { redactSecrets } from '../core/text/redact.js';
import type { Rest } from '../publish/code-host.js';
import { restOver } from '../publish/rest.js';
import type { Terminal } from './terminal.js';

/** Requests to the code host that CI runs us for. */
export function restOf(env: Terminal['env']): Rest {
  return restOver(realWorld(env), redactSecrets(secretsOfEnvironment(env)));
}
