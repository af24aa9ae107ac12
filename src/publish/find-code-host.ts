import type { EnvironmentVariables } from '../model/environment-variables.js';
import type { CodeHost } from './code-host.js';
import { codeHosts } from './index.js';
import { asCodeHostCi, otherRunUrl } from './other-ci.js';

/** The code host that CI runs us for. */
export interface BuiltFor {
  readonly host: CodeHost;
  /** What its pull request is opened with. */
  readonly env: EnvironmentVariables;
  /** The page of the run; null when the environment does not tell. */
  readonly runUrl: string | null;
}

/** The code host whose own CI runs us, or whose pull request another CI system builds. Null for neither. */
export function findCodeHost(env: EnvironmentVariables): BuiltFor | null {
  const own = codeHosts.find(({ runsHere }) => runsHere(env));
  if (own) return { host: own, env, runUrl: own.runUrl(env) };
  const as = asCodeHostCi(env);
  const host = as && codeHosts.find(({ runsHere }) => runsHere(as));
  return as && host ? { host, env: as, runUrl: otherRunUrl(env) } : null;
}
