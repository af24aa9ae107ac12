import { parentPort, workerData } from 'node:worker_threads';
import { redactSecrets } from '../../core/text/redact.js';
import { messageOf } from '../../core/text/thrown.js';
import { ProviderError } from '../../providers/contract/provider-error.js';
import { Callers } from './callers.js';
import { importDefinition, outlineOfModule } from './definition.js';
import { functionAt } from './functions.js';
import { metricFunctions } from './metric-functions.js';
import { pack, unpack } from './pack.js';
import { type CallOutcome, type Fault, FLAG, type ThreadData, type ToMain, type ToThread } from './protocol.js';
import { providerFunctions } from './provider-functions.js';
import { showPrinted } from './show-printed.js';
import { faultOf } from './thrown-errors.js';

// The thread that a module of the user runs in: it loads the module, and calls what the main thread asks for.

/** How long what the module has left behind may take to show itself before the thread is ended, in milliseconds. */
const LAST_MOMENT_MS = 20;

const { file, path, kind, secrets, answers, flag } = workerData as ThreadData;
const FUNCTIONS = {
  metric: metricFunctions,
  provider: providerFunctions,
  tool: (definition: object) => (name: string) => functionAt(definition, name),
};
const redact = redactSecrets(secrets);
showPrinted(redact);
const callers = new Callers(post);
const loading = load();

// `process.exit` ends this thread alone, and the main thread may be waiting for it
process.on('exit', () => raise(FLAG.ended));

parentPort?.on('message', (message: ToThread) => {
  if (message.kind === 'sign') post(message);
  // A timer of this thread: those of the module that are due come first, however busy the machine is
  else if (message.kind === 'last') setTimeout(() => setImmediate(post, message), LAST_MOMENT_MS);
  else if (message.kind === 'call') void answer(message);
  else callers.receive(message);
});

async function load() {
  try {
    const definition = await importDefinition(file, path, kind);
    const functions = FUNCTIONS[kind](definition as never);
    post({ kind: 'loaded', outcome: { value: outlineOfModule(definition, kind === 'metric' ? 'params' : 'config') } });
    return functions;
  } catch (error) {
    post({ kind: 'loaded', outcome: { fault: toldOf(error) } });
    return null;
  }
}

async function answer({ id, name, args, awaited }: Extract<ToThread, { kind: 'call' }>): Promise<void> {
  const functions = await loading;
  if (!awaited) post({ kind: 'begun', id });
  const caller = callers.open(id);
  let outcome: CallOutcome;
  try {
    if (functions === null) throw new Error(`${path} could not be loaded again`);
    const given = await functions(name)(unpack(args) as readonly unknown[], caller);
    outcome = { value: packed(given) };
  } catch (error) {
    outcome = { fault: toldOf(error, callers.refusalOf(error)) };
  } finally {
    callers.close(id);
  }
  if (!awaited) return post({ kind: 'answer', id, outcome });
  send((message) => answers.postMessage(message), outcome);
  raise(FLAG.answered);
}

function post(message: ToMain): void {
  if (message.kind !== 'answer') parentPort?.postMessage(message);
  else send((outcome) => parentPort?.postMessage({ ...message, outcome }), message.outcome);
}

/** What cannot be sent becomes an error that says so. */
function send(to: (outcome: CallOutcome) => void, outcome: CallOutcome): void {
  try {
    to(outcome);
  } catch (error) {
    to({ fault: toldOf(unsendable(error)) });
  }
}

function packed(given: unknown): unknown {
  try {
    return pack(given);
  } catch (error) {
    throw unsendable(error);
  }
}

/** Of a provider it is an answer that is none, as one is that cannot be true. */
function unsendable(error: unknown): Error {
  return new ProviderError('bad-response', `it gave what cannot leave its thread: ${messageOf(error)}`);
}

/** What was thrown, without keys: who hears of it may not know them yet. */
function toldOf(thrown: unknown, ask: number | null = null): Fault {
  const fault = faultOf(thrown, ask);
  return { ...fault, message: redact(fault.message), stack: redact(fault.stack) };
}

function raise(state: number): void {
  Atomics.store(flag, 0, state);
  Atomics.notify(flag, 0);
}
