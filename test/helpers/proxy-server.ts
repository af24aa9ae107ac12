import { createServer, type IncomingHttpHeaders, request } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { afterThisTest } from './cleanup.js';

/** A request that a proxy was asked to pass on. */
export interface PassedRequest {
  readonly method: string | undefined;
  /** `host:port` for a tunnel, else the whole address. */
  readonly to: string | undefined;
  readonly headers: IncomingHttpHeaders;
}

/** A proxy on loopback. */
export interface ProxyServer {
  readonly port: number;
  readonly passed: readonly PassedRequest[];
}

/**
 * Starts a proxy that passes everything on to one port of this machine, whatever host was asked for: names that only it
 * knows show that nobody else looked them up. With `refuse` it answers with that status in place of passing on. It ends
 * with the running test.
 */
export async function startProxy(port: number, { refuse }: { readonly refuse?: number } = {}): Promise<ProxyServer> {
  const passed: PassedRequest[] = [];
  const server = createServer((incoming, outgoing) => {
    const { method, url, headers } = incoming;
    passed.push({ method, to: url, headers });
    if (refuse !== undefined) return void outgoing.writeHead(refuse).end('no');
    const { pathname } = new URL(url ?? '');
    const onward = request({ host: '127.0.0.1', port, method, path: pathname, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    incoming.pipe(onward);
  });
  server.on('connect', ({ method, url, headers }, socket) => {
    passed.push({ method, to: url, headers });
    if (refuse !== undefined) return void socket.end(`HTTP/1.1 ${refuse} No\r\n\r\n`);
    const onward = connect(port, 'localhost', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      onward.pipe(socket).pipe(onward);
    });
    const stop = () => {
      onward.destroy();
      socket.destroy();
    };
    onward.on('error', stop);
    socket.on('error', stop);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  afterThisTest(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { port: (server.address() as AddressInfo).port, passed };
}
