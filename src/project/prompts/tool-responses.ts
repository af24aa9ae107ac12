import type { Problem } from '../../model/problem.js';
import type { PromptFile } from '../../model/prompt.js';
import type { Responder, ToolResponses, WrittenRespond } from '../../model/respond.js';
import { problemAt } from '../../store/files/read-file.js';
import { digestModules, isModulePath } from '../modules/modules.js';
import { placeOfFile, type RootPath, resolveInside } from '../source/files.js';
import type { Source } from '../source/yaml-source.js';

/** Calls of the model in one turn, at the most, unless the prompt says otherwise. */
const MOST_STEPS = 10;

/** The tools of a prompt that respond, and the digests of the modules that do it for them. */
export interface ResolvedResponses {
  /** Not there when a call of any tool is an answer. */
  readonly responses?: ToolResponses;
  readonly modules: ReadonlyMap<RootPath, string>;
}

/** Finds out where the results of tools come from. No code is loaded here. */
export async function resolveResponses(
  { tools = [], maxSteps }: Pick<PromptFile, 'tools' | 'maxSteps'>,
  source: Source,
  root: string,
  problems: Problem[],
): Promise<ResolvedResponses> {
  const responders = new Map<string, Responder>();
  for (const [index, { name, respond }] of tools.entries()) {
    if (respond === undefined) continue;
    try {
      responders.set(name, await responderOf(respond, source, root));
    } catch (error) {
      problems.push(problemAt(source.at(['tools', index, 'respond']), error));
    }
  }
  if (responders.size === 0) {
    if (maxSteps !== undefined && problems.length === 0) {
      const message = '`maxSteps` needs a tool with `respond`: without one a call is the answer';
      problems.push({ ...source.at(['maxSteps'], 'key'), message });
    }
    return { modules: new Map() };
  }
  const paths = modulesOf(responders);
  return {
    responses: { responders, maxSteps: maxSteps ?? MOST_STEPS },
    modules: await digestModules(root, paths),
  };
}

/** Throws PathError for a module that is not there. */
async function responderOf(respond: WrittenRespond, source: Source, root: string): Promise<Responder> {
  if (typeof respond === 'string' && isModulePath(respond)) {
    const path = resolveInside(root, source.file, respond);
    await placeOfFile(root, path);
    return { kind: 'module', path };
  }
  if (typeof respond !== 'object') return { kind: 'fixed', rules: [{ answer: respond }] };
  if (Array.isArray(respond)) return { kind: 'fixed', rules: respond };
  if ('exec' in respond) {
    const { exec: command, env, timeout: timeoutMs } = respond as Extract<WrittenRespond, { exec: string[] }>;
    return { kind: 'program', command, env, timeoutMs };
  }
  return { kind: 'fixed', rules: [{ answer: 'answer' in respond ? (respond['answer'] ?? null) : respond }] };
}

/** The modules that give calls of tools their results, by their paths from the root. */
export function modulesOf(responders: ReadonlyMap<string, Responder>): readonly string[] {
  return [...responders.values()].flatMap((each) => (each.kind === 'module' ? [each.path] : []));
}
