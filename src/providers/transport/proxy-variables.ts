import type { EnvironmentVariables } from '../../model/environment-variables.js';

/**
 * The address of the proxy for an address, as curl reads the variables; null when there is none. Loopback addresses never
 * have one. `NO_PROXY` lists hosts, each with all below it (a dot or `*.` in front means the same), or `*`.
 */
export function proxyFor({ protocol, hostname, port }: URL, env: EnvironmentVariables): string | null {
  const read = (name: string) => env[name.toLowerCase()] || env[name.toUpperCase()] || '';
  const proxy = read(`${protocol}_proxy`.replace(':', '')) || read('all_proxy');
  const loopback = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
  if (proxy === '' || loopback || isExcepted(hostname, port || portOf(protocol), read('no_proxy'))) return null;
  return proxy.includes('://') ? proxy : `http://${proxy}`;
}

function isExcepted(host: string, port: string, written: string): boolean {
  return written
    .toLowerCase()
    .split(/[\s,]+/)
    .filter(Boolean)
    .some((entry) => {
      if (entry === '*') return true;
      const [, name = '', only] = /^(?:\*?\.)?(.+?)(?::(\d+))?$/.exec(entry) ?? [];
      return (only === undefined || only === port) && (host === name || host.endsWith(`.${name}`));
    });
}

function portOf(protocol: string): string {
  return protocol === 'https:' ? '443' : '80';
}
