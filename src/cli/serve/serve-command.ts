import { InvalidArgumentError, Option } from 'commander';
import type { Configure } from '../command.js';
import type { ServeFlags } from './serve-from-cli.js';

export const configure: Configure = (command, terminal, exit) => {
  command
    .requiredOption('--env <environment>', 'the environment whose live releases are served (required)')
    .option('--port <number>', 'port on this machine; 0 is any that is free', readPort, 8787)
    .option('--probe-port <number>', 'a second port, for /healthz, /readyz and /metrics alone', readPort)
    .option('--host <address>', 'where it listens; other machines need tokens (LLMCI_CLIENT_TOKENS)', '127.0.0.1')
    .option('--out <dir>', 'folder in which the last known state is kept', '.llmci')
    .addOption(
      new Option('--log <format>', 'lines for people, or one of JSON a call, on standard error')
        .choices(['text', 'json'])
        .default('text'),
    )
    .option('--cwd <dir>', 'work in this folder')
    .addHelpText('after', HELP)
    .action(async (flags: ServeFlags) => {
      const { serveFromCli } = await import('./serve-from-cli.js');
      exit(await serveFromCli(flags, terminal));
    });
};

function readPort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError('a port is a number from 0 to 65535');
}

const HELP = `
Answers in OpenAI's shapes with the releases that are live in an environment,
and follows every change without a restart: POST /v1/responses and
/v1/chat/completions with \`prompt: { id, variables }\`, POST
/v1/prompts/ID/render for apps that call models themselves, GET /healthz and
/readyz. Operators have a page at /, GET /metrics for Prometheus, and GET
/verdict/ID for rollout controllers. It listens on this machine only, until
Ctrl-C: --host opens it to others, once LLMCI_CLIENT_TOKENS says whom it
answers. Who has a token of LLMCI_ADMIN_TOKENS can pause and roll back over
HTTP. Both are NAME:TOKEN between commas, or file:PATH of a file with such
lines, which is read anew when it changes.

Examples:
  $ llmci serve --env production
  $ llmci serve --env staging --port 9000 --log json
  $ LLMCI_CLIENT_TOKENS=file:/run/secrets/clients \\
      llmci serve --env production --host 0.0.0.0
`;
