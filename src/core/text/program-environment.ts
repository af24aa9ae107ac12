import type { EnvironmentVariables } from '../../model/environment-variables.js';

/** What programs need to start and to find their way; none of it is a secret. */
const BASE =
  /^(?:PATH|HOME|USER|LOGNAME|SHELL|TERM|TZ|LANG|LANGUAGE|LC_\w+|TMPDIR|TEMP|TMP|CI|NO_COLOR|NODE_PATH|NODE_EXTRA_CA_CERTS|SSL_CERT_(?:FILE|DIR)|PYTHON(?:PATH|HOME|IOENCODING|UTF8)|VIRTUAL_ENV|CONDA_PREFIX|JAVA_HOME|GOPATH|GEM_(?:HOME|PATH)|LD_LIBRARY_PATH|SYSTEMROOT|WINDIR|COMSPEC|PATHEXT|APPDATA|LOCALAPPDATA|USERPROFILE|PROGRAM(?:DATA|FILES(?:\(X86\))?))$/i;

/** The environment of a program: a small base, and what is given to it by name. */
export function programEnvironment(env: EnvironmentVariables, names: readonly string[]): EnvironmentVariables {
  const given = new Set(names);
  return Object.fromEntries(Object.entries(env).filter(([name]) => BASE.test(name) || given.has(name)));
}
