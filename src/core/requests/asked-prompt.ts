import { type OutputFormat, type Prompt, type PromptFile, promptFileSchema } from '../../model/prompt.js';
import { canonicalJson, sha256 } from '../text/canonical.js';
import { firstFault } from '../text/explain-issues.js';
import { readOutputFormat } from './output-format.js';

/** All of a prompt that can change an answer: what its file says but for people, and digests of the modules behind its tools. */
export interface AskedPrompt {
  readonly asked: Omit<PromptFile, 'id' | 'name' | 'description' | 'owners' | 'risk'>;
  /** By path. */
  readonly code: readonly (readonly [path: string, digest: string])[];
}

/** The identity of a prompt. */
export function digestOfAsked(prompt: { readonly asked: object; readonly code: AskedPrompt['code'] }): string {
  return sha256(textOfAsked(prompt));
}

/** The text whose sha256 is that identity. */
export function textOfAsked({ asked, code }: { readonly asked: object; readonly code: AskedPrompt['code'] }): string {
  return canonicalJson(code.length > 0 ? { ...asked, code } : asked);
}

/** What of a prompt is sent, and what its input is read by. */
type SentPrompt = Omit<Prompt, 'id' | 'path' | 'digest' | 'fileDigest' | 'responses'>;

/** That part of a file, whose output format has been read. */
export function sentOf(file: PromptFile, output: OutputFormat): SentPrompt {
  return {
    model: file.model ?? null,
    parameters: file.modelParameters,
    messages: file.messages,
    tools: (file.tools ?? []).map(({ respond: _, ...tool }) => tool),
    output,
    inputSchema: file.input?.schema ?? null,
    defaults: file.input?.defaults ?? {},
  };
}

/** That part made again from what a file asked for. Throws an Error when that is no prompt of this version. */
export function promptFromAsked(asked: unknown): SentPrompt {
  const parsed = promptFileSchema.safeParse(asked);
  if (!parsed.success) throw new Error(firstFault(parsed.error, promptFileSchema, asked));
  return sentOf(parsed.data, readOutputFormat(parsed.data).output);
}
