import { parseJsonText } from '../../core/text/json-text.js';
import { isRecord, type Json } from '../../model/json.js';
import type { LineProcess, LineProcessOptions } from '../contract/line-process.js';
import { ProviderError } from '../contract/provider-error.js';
import { describeFault, excerpt, type Service } from '../transport/faults.js';

/** What a program answered to one request: a JSON object without its id, and the line that it stood in. */
export interface LineAnswer {
  readonly data: Readonly<Record<string, Json>>;
  readonly line: string;
}

export interface WorkerOptions {
  /** How many requests one process may have at once. */
  readonly atOnce: number;
  readonly service: Service;
  readonly start: (listener: Pick<LineProcessOptions, 'onLine' | 'onEnd'>) => LineProcess;
}

/** Processes of one program that answer requests line by line. One is started when all others are busy. */
export class LineWorkers {
  readonly #options: WorkerOptions;
  readonly #workers = new Set<LineWorker>();

  constructor(options: WorkerOptions) {
    this.#options = options;
  }

  /** `write` makes the line of a request from its id. Rejects with ProviderError, and with the signal's reason. */
  async ask(write: (id: number) => string, signal: AbortSignal): Promise<LineAnswer> {
    if (signal.aborted) throw signal.reason;
    const idle = [...this.#workers].find((worker) => worker.isFree);
    return (idle ?? this.#start()).ask(write, signal);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#workers].map((worker) => worker.close()));
  }

  #start(): LineWorker {
    const worker = new LineWorker(this.#options, () => this.#workers.delete(worker));
    this.#workers.add(worker);
    return worker;
  }
}

interface Waiting {
  readonly resolve: (answer: LineAnswer) => void;
  readonly reject: (error: unknown) => void;
}

/** One process. It ends when what it works on is not wanted any more: nobody else could tell it to stop. */
class LineWorker {
  readonly #options: WorkerOptions;
  readonly #process: LineProcess;
  readonly #waiting = new Map<number, Waiting>();
  readonly #onGone: () => void;
  #lastId = 0;
  #isLeaving = false;

  constructor(options: WorkerOptions, onGone: () => void) {
    this.#options = options;
    this.#onGone = onGone;
    this.#process = options.start({
      onLine: (line) => this.#take(line),
      onEnd: (error) => this.#end(error),
    });
  }

  get isFree(): boolean {
    return !this.#isLeaving && this.#waiting.size < this.#options.atOnce;
  }

  ask(write: (id: number) => string, signal: AbortSignal): Promise<LineAnswer> {
    const id = ++this.#lastId;
    return new Promise<LineAnswer>((resolve, reject) => {
      const abort = () => {
        this.#waiting.delete(id);
        this.#leave();
        reject(signal.reason);
      };
      const settle = (act: () => void) => {
        signal.removeEventListener('abort', abort);
        this.#waiting.delete(id);
        act();
        if (this.#isLeaving) this.#leave();
      };
      signal.addEventListener('abort', abort, { once: true });
      this.#waiting.set(id, {
        resolve: (answer) => settle(() => resolve(answer)),
        reject: (error) => settle(() => reject(error)),
      });
      this.#process.send(write(id));
    });
  }

  async close(): Promise<void> {
    this.#isLeaving = true;
    await this.#process.end();
  }

  /** Takes no more requests, and ends with the last answer that somebody waits for. */
  #leave(): void {
    this.#isLeaving = true;
    if (this.#waiting.size > 0) return;
    this.#onGone();
    this.#process.kill();
  }

  #take(line: string): void {
    const parsed = parseJsonText(line);
    if (parsed.fault !== null) this.#failAll(`that is not JSON${describeFault(parsed.fault)}`, line);
    else if (!isRecord(parsed.data)) this.#failAll('that is not a JSON object', line);
    else this.#give(parsed.data as Readonly<Record<string, Json>>, line);
  }

  #give({ id, ...data }: Readonly<Record<string, Json>>, line: string): void {
    // An answer that nobody waits for any more is nothing to anybody
    if (typeof id === 'number' && id <= this.#lastId) this.#waiting.get(id)?.resolve({ data, line });
    else this.#failAll('without the id of its request', line);
  }

  /** Nobody knows whose answer it was to be: of one request at a time, of that one. */
  #failAll(what: string, line: string): void {
    const { host, clean } = this.#options.service;
    const shown = excerpt(line, clean);
    const message = `${host} wrote a line ${what}: ${shown}; stdout is for answers, { "id": …, "text": … }`;
    for (const { reject } of [...this.#waiting.values()]) reject(new ProviderError('bad-response', message));
  }

  #end(error: ProviderError): void {
    this.#isLeaving = true;
    this.#onGone();
    const last = this.#options.service.clean(this.#process.stderr.trim().split('\n').slice(-3).join(' '));
    const told = last === '' || error.fatal ? error : error.withMessage(`${error.message}: ${last}`);
    for (const { reject } of [...this.#waiting.values()]) reject(told);
  }
}
