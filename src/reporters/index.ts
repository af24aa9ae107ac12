import type { Reporter } from './reporter.js';

/** What is known of a reporter without loading it. */
export interface ReporterEntry {
  readonly describe: string;
  /** The file it writes when the user names none; null for standard output. */
  readonly defaultFile: string | null;
  /** Whether the console report goes to standard output before it, as what it writes there is for programs that read a log. */
  readonly withConsole?: true;
  load(): Promise<Reporter>;
}

/** THE list of reporters. Each is loaded when it is used. */
export const reporters = {
  console: {
    describe: 'What failed and why, the gates and the verdict, for people.',
    defaultFile: null,
    load: async () => (await import('./console.js')).consoleReporter,
  },
  github: {
    describe: 'Annotations of GitHub Actions at the gates and cases that failed.',
    defaultFile: null,
    withConsole: true,
    load: async () => (await import('./github.js')).githubReporter,
  },
  gitlab: {
    describe: 'A Code Quality report of GitLab.',
    defaultFile: 'llmci-code-quality.json',
    load: async () => (await import('./gitlab.js')).gitlabReporter,
  },
  html: {
    describe: 'A page to look into every case, for people.',
    defaultFile: 'llmci-report.html',
    load: async () => (await import('./html.js')).htmlReporter,
  },
  'in-toto': {
    describe: 'A statement of a test result whose subjects are the prompts, for `actions/attest`.',
    defaultFile: 'llmci-in-toto.json',
    load: async () => (await import('./in-toto.js')).inTotoReporter,
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
  sarif: {
    describe: 'SARIF 2.1.0, for code scanning.',
    defaultFile: 'llmci.sarif',
    load: async () => (await import('./sarif.js')).sarifReporter,
  },
} as const satisfies Record<string, ReporterEntry>;

/** Whether the console report goes before one on standard output. */
export function joinsConsole(name: keyof typeof reporters): boolean {
  const entry: ReporterEntry = reporters[name];
  return entry.withConsole ?? false;
}

/** Whether a text is the name of a reporter. */
export function isReporterName(name: string): name is keyof typeof reporters {
  return Object.hasOwn(reporters, name);
}
