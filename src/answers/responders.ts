import type { OpenCall } from '../core/requests/conversation.js';
import { argumentsOf, faultOfCall, fixedResult, resultText } from '../core/requests/tool-results.js';
import { exactValues, jsonText } from '../core/text/json-value.js';
import { printableLine } from '../core/text/printable.js';
import type { Redact } from '../core/text/redact.js';
import { messageOf } from '../core/text/thrown.js';
import type { ScoreTools } from '../metrics/score-tools.js';
import { type Json, jsonSchema } from '../model/json.js';
import type { Message } from '../model/message.js';
import type { Prompt } from '../model/prompt.js';
import type { Responder } from '../model/respond.js';
import { ProviderError } from '../providers/contract/provider-error.js';

/** Calls that a model has made of the tools of its prompt. */
export interface AskedTools {
  readonly prompt: Pick<Prompt, 'tools' | 'responses'>;
  readonly vars: Readonly<Record<string, Json>>;
  readonly calls: readonly OpenCall[];
  /** All that was said before, the calls included. */
  readonly messages: readonly Message[];
}

/** The function of a module, by the module's path from the root. */
export type ToolFunction = (args: unknown, call: object, signal: AbortSignal) => Promise<unknown>;

export interface RespondersParts {
  readonly modules: ReadonlyMap<string, ToolFunction>;
  readonly run: ScoreTools['run'];
  /** Aborted when the run is cancelled. */
  readonly signal: AbortSignal;
  readonly redact: Redact;
}

/** Gives the calls of tools their results. */
export class Responders {
  readonly #parts: RespondersParts;

  constructor(parts: RespondersParts) {
    this.#parts = parts;
  }

  /**
   * One call after the other, as a model may count on. What is wrong with a call is told to the model; a tool of the
   * project that fails says nothing about the prompt, and rejects with ProviderError.
   */
  readonly results = async ({ prompt, vars, calls, messages }: AskedTools): Promise<readonly string[]> => {
    const results: string[] = [];
    for (const call of calls) {
      const fault = faultOfCall(call, prompt.tools);
      const responder = prompt.responses?.responders.get(call.name);
      const result = fault ?? (responder ? await this.#resultOf(responder, call, { vars, messages }) : null);
      if (result === null) throw new Error(`tool ${call.name} has no result`);
      results.push(this.#parts.redact(result));
    }
    return results;
  };

  async #resultOf(
    responder: Responder,
    call: OpenCall,
    context: Pick<AskedTools, 'vars' | 'messages'>,
  ): Promise<string> {
    if (responder.kind === 'fixed') return fixedResult(call, responder.rules);
    try {
      return responder.kind === 'module'
        ? await this.#askModule(responder.path, call, context)
        : await this.#askProgram(responder, call, context);
    } catch (error) {
      const why = messageOf(error);
      throw new ProviderError('tool', `tool ${call.name} failed: ${printableLine(why, 300)}`);
    }
  }

  async #askModule(
    path: string,
    call: OpenCall,
    { vars, messages }: Pick<AskedTools, 'vars' | 'messages'>,
  ): Promise<string> {
    const { modules, signal } = this.#parts;
    const respond = modules.get(path);
    if (!respond) throw new Error(`${path} was not loaded`);
    const context = { tool: call.name, vars: exactValues({ ...vars }), messages };
    const result = jsonSchema.safeParse(await respond(exactValues(argumentsOf(call)), context, signal));
    if (!result.success) throw new Error(`${path} gave no text and no JSON`);
    return resultText(result.data);
  }

  async #askProgram(
    { command, env, timeoutMs }: Extract<Responder, { kind: 'program' }>,
    call: OpenCall,
    context: Pick<AskedTools, 'vars' | 'messages'>,
  ): Promise<string> {
    const input = jsonText({ tool: call.name, arguments: argumentsOf(call), ...context });
    const { stdout, stderr, problem } = await this.#parts.run(command, input, { timeoutMs, env });
    if (problem === null) return stdout.replace(/\r?\n$/, '');
    const last = stderr.trim().split('\n').at(-1) ?? '';
    throw new Error(`${command[0]} ${problem}${last === '' ? '' : `: ${last}`}`);
  }
}
