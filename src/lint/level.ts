/** How a finding of a rule counts; a project may say otherwise. */
export type RuleLevel = 'off' | 'warn' | 'error';
