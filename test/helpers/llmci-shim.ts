import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';
import { afterThisTest } from './cleanup.js';
import { runCli } from './cli.js';

/**
 * A script that is llmci to shell lines: it hands its folder, arguments and variables to this process, which runs llmci, and
 * says and ends as that did. It is for lines that are tested, not llmci: a process of Node.js costs much more.
 */
export async function startShim(): Promise<string> {
  const server = createServer((socket) => {
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      const call = readCall(Buffer.concat(chunks).toString());
      if (call) void answer(socket, call);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  afterThisTest(() => server.close());
  return SCRIPT.replace('PORT', String((server.address() as AddressInfo).port));
}

/** Each field ends with a zero byte: folder, how many arguments, these, the variables, and nothing. */
const SCRIPT = `#!/bin/bash
exec 3<>/dev/tcp/127.0.0.1/PORT
{ printf '%s\\0' "$PWD" "$#" "$@"; env -0; printf '\\0'; } >&3
read -r code length <&3
head -c "$length" <&3
cat <&3 >&2
exit "$code"
`;

interface Call {
  readonly cwd: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** Null when it is not all there yet. */
function readCall(text: string): Call | null {
  const [cwd = '', count, ...rest] = text.split('\0');
  const variables = rest.slice(Number(count));
  const end = variables.indexOf('');
  // What is behind the last zero byte is no field
  if (count === undefined || end < 0 || end === variables.length - 1) return null;
  const env = variables.slice(0, end).map((variable) => variable.split(/=(.*)/s).slice(0, 2));
  return { cwd, args: rest.slice(0, Number(count)), env: Object.fromEntries(env) };
}

async function answer(socket: Socket, { cwd, args, env }: Call): Promise<void> {
  const { code, stdout, stderr } = await runCli(args, { cwd, env });
  socket.end(`${code} ${Buffer.byteLength(stdout)}\n${stdout}${stderr}`);
}
