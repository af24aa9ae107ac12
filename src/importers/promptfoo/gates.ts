import type { CaseDraft, GateDraft, MetricDraft } from '../draft/draft.js';
import type { Findings } from '../import-findings.js';
import { type Located, memberOf, numberOf } from '../located.js';
import type { FoundCase } from './cases.js';

/** Where people write the share of tests that has to pass. promptfoo reads the variable alone, and is silent on the others. */
const RATES: readonly (readonly [path: readonly string[], read: boolean])[] = [
  [['env', 'PROMPTFOO_PASS_RATE_THRESHOLD'], true],
  [['passRateThreshold'], false],
  [['evaluateOptions', 'passRateThreshold'], false],
  [['commandLineOptions', 'passRateThreshold'], false],
];

/** What tells cases apart that have marks of their own. */
const JUDGED = 'asserted';

export interface GatedCases {
  readonly cases: readonly CaseDraft[];
  readonly gates: readonly GateDraft[];
}

/**
 * The gates that say what promptfoo says with its exit code: every test passes, or a share of them. A test with a `threshold`
 * passes by its mean score, whatever single assertions say.
 */
export function gateCases(
  found: readonly FoundCase[],
  metrics: readonly MetricDraft[],
  root: Located,
  findings: Findings,
): GatedCases {
  const marked = found.map(({ draft, threshold }) => ({
    draft,
    threshold: hasShare([...metrics, ...(draft.metrics ?? [])]) ? threshold : null,
    judged: metrics.length + (draft.metrics?.length ?? 0) > 0,
  }));
  const byScore = marked.filter(({ threshold, judged }) => judged && threshold !== null);
  const byMarks = marked.filter(({ threshold, judged }) => judged && threshold === null);
  const thresholds = [...new Set(byScore.map(({ threshold }) => threshold))];
  const alone = (group: readonly unknown[]) => group.length === found.length;
  const tagOf = ({ threshold, judged }: (typeof marked)[number]): string | null => {
    if (!judged) return null;
    const group = marked.filter((other) => other.judged && other.threshold === threshold);
    if (alone(group)) return null;
    return threshold === null ? JUDGED : `threshold-${threshold}`;
  };
  const gates: GateDraft[] = [];
  if (byMarks.length > 0) {
    const tag = byMarks[0] ? tagOf(byMarks[0]) : null;
    gates.push({ metric: 'pass', ...(tag ? { where: { tags: [tag] } } : {}), ...passRate(root, findings) });
  }
  if (byMarks.length === 0) refuseRate(root, findings);
  for (const threshold of thresholds) {
    const tag = byScore
      .map((each) => (each.threshold === threshold ? tagOf(each) : null))
      .find((each) => each !== null);
    gates.push({ metric: 'score', stat: 'min', ...(tag ? { where: { tags: [tag] } } : {}), min: threshold });
  }
  const cases = marked.map((each) => {
    const tag = tagOf(each);
    return tag === null ? each.draft : { ...each.draft, tags: [...(each.draft.tags ?? []), tag] };
  });
  return { cases, gates };
}

/** Whether a metric among these is a share, as the mean score counts them. */
function hasShare(metrics: readonly MetricDraft[]): boolean {
  return metrics.some(({ metric }) => !['latency', 'cost', 'length', 'tokens', 'ter', 'steps'].includes(metric));
}

/** A share of tests has nothing to judge where each passes by its score, or by nothing. */
function refuseRate(root: Located, findings: Findings): void {
  for (const [path] of RATES) {
    const written = path.reduce<Located | undefined>(memberOf, root);
    if (written)
      findings.refuse(
        path.at(-1) ?? '',
        written.place,
        'no test is left that passes by its assertions; `score` judges the others, each of them',
      );
  }
}

function passRate(root: Located, findings: Findings): { readonly min: string; readonly decide?: string } {
  for (const [path, read] of RATES) {
    const written = path.reduce<Located | undefined>(memberOf, root);
    const rate = numberOf(written);
    if (!written) continue;
    if (rate === undefined || rate <= 0 || rate > 100) {
      findings.refuse(path.at(-1) ?? '', written.place, 'it is no share of tests');
      continue;
    }
    const percent = `${Number((rate <= 1 ? rate * 100 : rate).toFixed(6))}%`;
    const ignored = read ? '' : 'promptfoo ignores it in silence; ';
    const share = rate <= 1 ? `${rate} is read as ${percent}, which was meant; ` : '';
    findings.change(
      path.at(-1) ?? '',
      written.place,
      `${ignored}${share}the gate \`{ metric: pass, min: ${percent} }\` asks for it`,
    );
    return { min: percent };
  }
  return { min: '100%', decide: 'point' };
}
