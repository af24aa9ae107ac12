import { Patience } from '../../core/text/patience.js';
import { didYouMean } from '../../core/text/suggest.js';
import { compileTemplate, TemplateError, variablesIn } from '../../core/text/template.js';
import { isBlank } from '../../model/blank.js';
import type { Json } from '../../model/json.js';
import type { Problem } from '../../model/problem.js';
import type { ResolvedCase } from '../datasets/resolved-case.js';
import type { LoadedPrompt } from '../prompts/load-prompts.js';
import { ManyProblems } from '../source/many-problems.js';
import type { Path } from '../source/yaml-source.js';

/** Checks what the user says in the turns of cases, and who a simulated one is: templates that have their variables, and that say something. */
export class TurnChecks {
  readonly #prompts: readonly LoadedPrompt[];
  readonly #problems = new ManyProblems();
  /** For all cases together. */
  readonly #patience = new Patience(() => performance.now());
  /** The variables that the turns read. */
  readonly variables = new Set<string>();

  constructor(prompts: readonly LoadedPrompt[]) {
    this.#prompts = prompts;
  }

  add(item: ResolvedCase): void {
    const { turns = [], simulate, vars: own } = item.resolved;
    const templates: (readonly [Path, string])[] = [
      ...turns.map(({ user }, index) => [['turns', index, 'user'], user] as const),
      ...(simulate ? (['persona', 'goal'] as const).map((key) => [['simulate', key], simulate[key]] as const) : []),
    ];
    for (const [path, user] of templates) {
      const vars = this.#prompts.map(({ prompt }) => ({ ...prompt.defaults, ...own }));
      const faults = new Map(
        vars.flatMap((each) => this.#faultOf(path, user, each) ?? []).map((fault) => [fault.message, fault]),
      );
      for (const fault of faults.values()) this.#report(item, path, fault);
    }
  }

  problems(): readonly Problem[] {
    return this.#problems.all();
  }

  #faultOf(path: Path, user: string, vars: Readonly<Record<string, Json>>): TemplateError | null {
    try {
      const render = compileTemplate(user);
      for (const name of variablesIn(user)) this.variables.add(name);
      const text = this.#patience.spend((ms) => render(vars, ms));
      return isBlank(text)
        ? new TemplateError(
            `${path[0] === 'turns' ? 'the turn' : String(path.at(-1))} is blank, so that nothing would be asked`,
            [1, 1],
            null,
          )
        : null;
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      if (error.variable === null) return error;
      const message = `variable ${error.variable} is not defined${didYouMean(error.variable, Object.keys(vars))}`;
      return new TemplateError(message, [error.line, error.column], error.variable);
    }
  }

  #report({ resolved, placed: { source, path } }: ResolvedCase, at: Path, fault: TemplateError): void {
    const place = source.within([...path, ...at], fault.line, fault.column);
    this.#problems.add({ ...place, message: `case ${resolved.id}: ${fault.message}` });
  }
}
