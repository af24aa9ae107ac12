import { parseModelReference } from '../../core/requests/model-reference.js';
import type { Cases } from '../../model/case.js';
import { caseSchemaFor } from '../../model/case.js';
import type { MetricEntry } from '../../model/metric-entry.js';
import type { Problem, WithProblems } from '../../model/problem.js';
import { PathError } from '../../store/files/read-file.js';
import { readCases } from '../datasets/dataset.js';
import { type MessageShape, SHAPES } from '../datasets/message-shapes.js';
import { wantsMessages } from '../datasets/wants-messages.js';
import type { PromptTargets } from '../prompts/check-prompt.js';
import type { LoadedPrompt } from '../prompts/load-prompts.js';
import { readMediaFiles, type SuiteMedia } from '../prompts/media-files.js';
import { type RootPath, resolveInside } from '../source/files.js';
import type { Path } from '../source/yaml-source.js';
import { explainTag } from './gate-rules.js';
import { metricUnion } from './metric-entries.js';
import type { WrittenSuite } from './read-suite.js';
import { SuiteCases } from './suite-cases.js';
import type { SuiteContext } from './suite-context.js';

/** The cases of a suite, and what gates have to know of them. */
export interface ResolvedCases {
  readonly cases: Cases;
  /** The metrics that cases have of their own. */
  readonly ownEntries: readonly MetricEntry[];
  /** The tags of the cases; null when not all of them could be read. */
  readonly tags: ReadonlySet<string> | null;
  readonly media: SuiteMedia;
  /** What the rows of its dataset were read as, where that is a shape of conversations. */
  readonly shapes: readonly string[];
  /** The path of its dataset; null when it has none, or one that leads out of the project. */
  readonly dataset: RootPath | null;
}

/** Reads the cases of a suite and of its dataset, each checked against all that will use it. */
export async function resolveCases(
  suite: WrittenSuite,
  prompts: readonly LoadedPrompt[],
  entries: readonly MetricEntry[],
  context: SuiteContext,
): Promise<WithProblems<ResolvedCases>> {
  const { id, path, file, source, metrics } = suite;
  const problems: Problem[] = [];
  const report = (place: Path, message: string) => problems.push({ ...source.at(place), message });
  const targetsOf = ({ prompt }: LoadedPrompt) =>
    describeTargets(context.models.length > 0 ? context.models : (file.models ?? [prompt.model ?? '']), context);
  const group = file.group ?? null;
  const cases = new SuiteCases({ prompts, targetsOf, entries, metrics, source, group }, context);
  for (const [index, written] of (file.cases ?? []).entries()) {
    cases.add({ written, id: written.id ?? `case-${index + 1}`, source, path: ['cases', index] });
  }
  const shapes = new Set<string>();
  let dataset: RootPath | null = null;
  if (file.dataset !== undefined) {
    const mapping = typeof file.dataset === 'string' ? null : file.dataset;
    try {
      dataset = resolveInside(context.root, path, mapping?.path ?? (file.dataset as string));
      const use = {
        mapping,
        wantsMessages: prompts.length > 0 && prompts.every(({ prompt }) => wantsMessages(prompt)),
        onShape: (shape: MessageShape) => void shapes.add(SHAPES[shape]),
      };
      const rows = readCases(context.root, dataset, use, caseSchemaFor(metricUnion(metrics)), cases.report);
      for await (const placed of rows) cases.add(placed);
    } catch (error) {
      if (!(error instanceof PathError)) throw error;
      report(mapping ? ['dataset', 'path'] : ['dataset'], error.message);
    }
  } else if (cases.length === 0) {
    report([], 'the suite has no cases: add `cases` or a `dataset`');
  }
  const media = await readMediaFiles(context.root, cases.media);
  const complete = problems.length === 0 && cases.complete;
  const tags = complete ? cases.tags : null;
  if (complete && file.group !== undefined && !cases.grouped) report(['group'], `no case has a variable ${file.group}`);
  for (const [index, { where }] of (file.metrics ?? []).entries()) {
    for (const [place, tag] of (where?.tags ?? []).entries()) {
      const problem = explainTag(tag, { id, tags });
      if (problem !== null) report(['metrics', index, 'where', 'tags', place], problem);
    }
  }
  return {
    value: {
      cases: cases.packed(media.value.files),
      ownEntries: cases.ownEntries,
      tags,
      media: media.value,
      shapes: [...shapes],
      dataset,
    },
    problems: [...problems, ...cases.problems(), ...media.problems],
  };
}

function describeTargets(models: readonly string[], { providers }: SuiteContext): PromptTargets {
  const targets = models.map((name) => {
    const model = parseModelReference(name);
    return { model, provider: providers.get(model.provider) };
  });
  return {
    // Of what is no provider yet, a module of the suite, nothing is known
    sendsVariables: targets.some(({ provider }) => provider === undefined || provider.definition.sendsVars === true),
    refusePart: (placed) => {
      for (const { model, provider } of targets) {
        // The configuration was checked by this provider's own schema
        const fault = provider?.definition.refusesPart?.(placed, provider.config as never, model.model) ?? null;
        if (fault !== null) return `${model.text} cannot be asked this: ${fault}`;
      }
      return null;
    },
  };
}
