/** The files of a small valid project, by path. Rows of the tables replace some of them. */
export const VALID: Readonly<Record<string, string>> = {
  'llmci.yaml': `providers:
  fake: { type: openai, baseUrl: "http://127.0.0.1:9/v1", apiKey: env:FAKE_KEY }
`,
  'prompts/reply.prompt.yaml': `model: fake/model-1
messages:
  - role: user
    content: "{{ ticket }}"
`,
  'prompts/reply.thresholds.yaml': `gates:
  - { metric: pass, min: 0.9 }
`,
  'evals/reply.eval.yaml': `prompt: reply
metrics:
  - { metric: contains, value: shoes }
cases:
  - { id: one, vars: { ticket: about shoes } }
`,
};

export const PROMPT = 'prompts/reply.prompt.yaml';
export const THRESHOLDS = 'prompts/reply.thresholds.yaml';
export const SUITE = 'evals/reply.eval.yaml';
export const CONFIG = 'llmci.yaml';

/** A broken project: what differs from the valid one (null takes a file away), and all that has to be reported. */
export interface Broken {
  readonly name: string;
  readonly files: Readonly<Record<string, string | Buffer | null>>;
  /** Symbolic links to make: where they stand, and where they lead. */
  readonly links?: Readonly<Record<string, string>>;
  readonly problems: readonly string[];
}

/** A suite with these lines in place of its cases. */
export const suiteWith = (lines: string): string => `prompt: reply
metrics:
  - { metric: contains, value: shoes }
${lines}`;

/** A suite of one case with these metrics. */
export const metricsOf = (lines: string): string => `prompt: reply
metrics:
${lines}
cases:
  - { id: one, vars: { ticket: about shoes } }
`;
