import type { World } from '../calls/world.js';
import type { Notice } from '../core/releases/notice.js';
import { secretsOfEnvironment } from '../core/text/environment-secrets.js';
import { programEnvironment } from '../core/text/program-environment.js';
import { type Redact, redactSecrets } from '../core/text/redact.js';
import { writeJson } from '../core/text/write-json.js';
import type { Hook } from '../model/environment.js';
import { callHttp, httpTarget } from '../providers/transport/http-call.js';

/** How long a hook may take. */
const PATIENCE_MS = 10_000;

type HookWorld = Pick<World, 'env' | 'later' | 'runProcess'>;

/** Tells others what became of rollouts. Nobody waits for that but who ends: a hook that fails stops nothing, and is said. */
export class Hooks {
  readonly #root: string;
  readonly #world: HookWorld;
  readonly #say: (message: string) => void;
  readonly #underWay = new Set<Promise<void>>();

  constructor(root: string, world: HookWorld, say: (message: string) => void) {
    this.#root = root;
    this.#world = world;
    this.#say = say;
  }

  tell(hooks: readonly Hook[], notice: Notice): void {
    const addresses = hooks.flatMap((hook) => ('webhook' in hook ? (this.#addressOf(hook.webhook) ?? []) : []));
    const known = [...secretsOfEnvironment(this.#world.env), ...addresses];
    const body = redactSecrets(known)(writeJson(notice));
    // An error may tell of anything that a hook was given, whatever its variable is called; a notice would miss its words
    const redact = redactSecrets([...known, ...hooks.flatMap((hook) => this.#given(hook))]);
    for (const hook of hooks) {
      const told = this.#tellOne(hook, body).catch((error: unknown) => this.#fail(hook, notice, error, redact));
      this.#underWay.add(told);
      void told.then(() => this.#underWay.delete(told));
    }
  }

  /** Until all that was begun has ended, which it does in time. */
  async settled(): Promise<void> {
    await Promise.all(this.#underWay);
  }

  async #tellOne(hook: Hook, body: string): Promise<void> {
    const { env, later, runProcess } = this.#world;
    const ended = new AbortController();
    const cancel = later(PATIENCE_MS, () => ended.abort(new Error(`it took longer than ${PATIENCE_MS / 1000} s`)));
    try {
      if ('exec' in hook) {
        const [program = '', ...args] = hook.exec;
        const options = { cwd: this.#root, input: body, env: programEnvironment(env, hook.env), signal: ended.signal };
        const { problem } = await runProcess(program, args, { ...options, maxMegabytes: 1 });
        if (problem !== null) throw new Error(`it ${problem}`);
        return;
      }
      const address = this.#addressOf(hook.webhook);
      if (address === null) throw new Error('the variable is not set');
      const headers = { 'content-type': 'application/json' };
      const request = { method: 'POST', headers, body, signal: ended.signal };
      const { status } = await callHttp(httpTarget(address, env), request);
      if (status < 200 || status >= 300) throw new Error(`it answered HTTP ${status}`);
    } finally {
      cancel();
    }
  }

  #given(hook: Hook): readonly string[] {
    if ('exec' in hook) return hook.env.flatMap((name) => this.#world.env[name]?.trim() || []);
    const address = this.#addressOf(hook.webhook);
    return address === null ? [] : partsOf(address);
  }

  #addressOf(reference: string): string | null {
    return this.#world.env[reference.slice('env:'.length)]?.trim() || null;
  }

  /** By the name of the variable: an address often is a key. `node` is which program by what it runs. */
  #fail(hook: Hook, { event, environment }: Notice, error: unknown, redact: Redact): void {
    const who =
      'exec' in hook ? `the program ${redact(hook.exec.slice(0, 2).join(' '))}` : `the webhook ${hook.webhook}`;
    const { message, code } = error as { readonly message?: string; readonly code?: string };
    const why = redact(code === 'ERR_INVALID_URL' ? 'its address is none' : message || code || String(error));
    this.#say(`${who} was not told of the ${event} in ${environment}: ${why}`);
  }
}

/** Where keys stand in an address: errors may tell of parts of it. */
function partsOf(address: string): readonly string[] {
  if (!URL.canParse(address)) return [];
  const { username, password, pathname, searchParams } = new URL(address);
  return [username, password, pathname, ...pathname.split('/'), ...searchParams.values()].filter(
    (part) => part.length >= 8,
  );
}
