import { applyIgnores } from '../../lint/ignore.js';
import { lintRules, ruleIds } from '../../lint/index.js';
import { type RuledHit, runRules } from '../../lint/run-rules.js';
import { blocks, type Problem } from '../../model/problem.js';
import type { ReadProject } from '../load.js';
import { placeHit, YamlSources } from '../source/place-hits.js';
import { sortProblems } from '../source/tell-problems.js';
import { commentsOf } from '../source/yaml-comments.js';
import { type BaseTexts, lintViewOf } from './lint-view.js';

/** What lint says of a project. */
export interface Linted {
  /** What keeps files from being read; when there is any, rules have seen less than there is. */
  readonly broken: readonly Problem[];
  /** What the rules have found, by file, line and column. */
  readonly problems: readonly Problem[];
  /** Those of them that a rule has found, with what a fix needs to know. */
  readonly hits: readonly RuledHit[];
}

/** Looks at a project with every rule, on a day (`2026-11-28`), beside what its prompts were in the base of a change. */
export async function lintFiles(read: ReadProject, today: string, base: BaseTexts | null): Promise<Linted> {
  const { project, problems } = read;
  const hits = runRules(lintRules, await lintViewOf(project, today, base));
  const files = new YamlSources(project.root);
  const placed = await Promise.all(hits.map((hit) => placeHit(hit, files)));
  const comments = (await Promise.all(filesOf(read).map((file) => files.get(file)))).flatMap((source) =>
    source === null ? [] : commentsOf(source.file, source.text),
  );
  const problemsLeft = applyIgnores(placed, comments, ruleIds);
  const left = new Set<Problem | undefined>(problemsLeft);
  return {
    broken: problems.filter(blocks),
    problems: sortProblems(problemsLeft),
    hits: hits.filter((_, index) => left.has(placed[index]?.problem)),
  };
}

/** The YAML files that people write. */
function filesOf({ project }: ReadProject): readonly string[] {
  return [
    'llmci.yaml',
    ...[...project.prompts.values()].flatMap(({ prompt, thresholds }) => [
      prompt.path,
      ...(thresholds ? [thresholds.source.file] : []),
    ]),
    ...[...project.suites.values()].map(({ path }) => path),
  ];
}
