import { Responders, type ToolFunction } from '../../answers/responders.js';
import { makeRunner, type ProgramWorld } from '../../calls/programs.js';
import type { Stop } from '../../calls/stop.js';
import type { Plan } from '../../core/scores/plan.js';
import { LlmciError } from '../../core/text/errors.js';
import type { Redact } from '../../core/text/redact.js';
import type { Project } from '../../project/load.js';
import { modulesOf } from '../../project/prompts/tool-responses.js';
import { PathError } from '../../store/files/read-file.js';

/** Gets the tools of a plan's prompts ready, before anything is sent. Throws `bad-module`. */
export async function openResponders(
  plan: Plan,
  { root, threads }: Pick<Project, 'root' | 'threads'>,
  stop: Stop,
  { world, redact }: { readonly world: ProgramWorld; readonly redact: Redact },
): Promise<Responders> {
  const signal = stop.cancellation();
  const paths = plan.columns.flatMap(({ prompt }) => (prompt.responses ? modulesOf(prompt.responses.responders) : []));
  const modules = new Map<string, ToolFunction>();
  for (const path of new Set(paths)) {
    try {
      modules.set(path, await threads.tool(path));
    } catch (error) {
      if (!(error instanceof PathError)) throw error;
      throw new LlmciError('bad-module', { path, why: error.message.replace(`${path} `, '') });
    }
  }
  const run = makeRunner(root, world, signal, redact);
  return new Responders({ modules, run, signal, redact });
}
