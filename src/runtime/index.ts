/** llmci/runtime: what is live, for apps that call models themselves. */

export { openPrompts } from './open-prompts.js';
export type { Arm, OpenOptions, Prompts, Resolved, ResolveOptions, RuntimeStatus } from './prompts.js';
