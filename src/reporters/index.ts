import type { Reporter } from './reporter.js';

/** What is known of a reporter without loading it. */
export interface ReporterEntry {
  readonly describe: string;
  /** The file it writes when the user names none; null for standard output. */
  readonly defaultFile: string | null;
  load(): Promise<Reporter>;
}

/** THE list of reporters. Each is loaded when it is used. */
export const reporters = {
  console: {
    describe: 'What failed and why, the gates and the verdict, for people.',
    defaultFile: null,
    load: async () => (await import('./console.js')).consoleReporter,
  },
  html: {
    describe: 'A page to look into every case, for people.',
    defaultFile: 'llmci-report.html',
    load: async () => (await import('./html.js')).htmlReporter,
  },
  json: {
    describe: 'The whole run record.',
    defaultFile: null,
    load: async () => (await import('./json.js')).jsonReporter,
  },
  junit: {
    describe: 'JUnit XML for the test views of Jenkins, GitLab, GitHub and others.',
    defaultFile: 'llmci-junit.xml',
    load: async () => (await import('./junit.js')).junitReporter,
  },
  markdown: {
    describe: 'A comment for a pull request, or a job summary.',
    defaultFile: 'llmci-report.md',
    load: async () => (await import('./markdown.js')).markdownReporter,
  },
} as const satisfies Record<string, ReporterEntry>;

/** Whether a text is the name of a reporter. */
export function isReporterName(name: string): name is keyof typeof reporters {
  return Object.hasOwn(reporters, name);
}
