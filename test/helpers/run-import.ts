import { runCli } from './cli.js';
import { makeProject } from './project.js';

/** What `import --json` says. */
interface Report {
  readonly report: readonly {
    status: string;
    what: string;
    place: { file: string; line: number; column: number };
    note: string;
  }[];
  readonly files: readonly string[];
}

/** Imports a file, among others, into the folder `out` of a project of its own. */
export async function runImport(format: string, path: string, files: Readonly<Record<string, string>>) {
  const project = await makeProject(files);
  const { code, stdout } = await runCli(['import', format, path, '--into', 'out', '--json'], { cwd: project.dir });
  return { project, code, ...(JSON.parse(stdout) as Report) };
}
