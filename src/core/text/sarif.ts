import type { Finding, FindingRule } from '../../model/finding.js';
import { count, formatNumber } from './format.js';
import { stripEscapes } from './printable.js';

/** GitHub shows so many results of an upload, those of the highest level. */
const MOST_RESULTS = 5000;
const LONGEST_MESSAGE = 4000;
const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';
const LEVELS = { error: 0, warning: 1, note: 2 } as const;

/** The program that has found something. */
export interface SarifTool {
  readonly version: string;
  /** All rules that it knows, whether or not one is broken. */
  readonly rules: readonly FindingRule[];
}

/**
 * A SARIF 2.1.0 log (OASIS) of one run: at most 5,000 results, errors first, with fingerprints by which a code host tells
 * what it knows already. Files are named by their paths from the root of the repository. What was left out is told in a
 * notification. Throws when a finding breaks a rule that the tool does not have.
 */
export function sarifLog(findings: readonly Finding[], { version, rules }: SarifTool): object {
  const order = new Map(rules.map(({ id }, index) => [id, index]));
  // Sorting keeps the order of equals
  const sorted = [...findings].sort((a, b) => LEVELS[a.level] - LEVELS[b.level]);
  const left = sorted.length - MOST_RESULTS;
  const results = sorted.slice(0, MOST_RESULTS).map((finding) => {
    const ruleIndex = order.get(finding.rule);
    if (ruleIndex === undefined) throw new Error(`no rule ${finding.rule} is described`);
    return resultOf(finding, ruleIndex);
  });
  const text = `${count(left, 'more finding')} left out: a log holds ${formatNumber(MOST_RESULTS)}`;
  return {
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'llmci', semanticVersion: version, rules: rules.map(describeRule) } },
        columnKind: 'utf16CodeUnits',
        ...(left > 0 && {
          invocations: [
            { executionSuccessful: true, toolExecutionNotifications: [{ level: 'warning', message: { text } }] },
          ],
        }),
        results,
      },
    ],
  };
}

function describeRule({ id, summary, help }: FindingRule): object {
  return { id, shortDescription: { text: summary }, fullDescription: { text: summary }, help: { text: help } };
}

function resultOf({ rule, level, message, title, place, fingerprint }: Finding, ruleIndex: number): object {
  const text = title === undefined ? message : `${title}\n${message}`;
  return {
    ruleId: rule,
    ruleIndex,
    level,
    // A viewer reads `[text](1)` as a link (SARIF 2.1.0, 3.11.6)
    message: { text: stripEscapes(text.slice(0, LONGEST_MESSAGE)).replace(/\[(?=[^\]]*\]\()/g, '\\[') },
    locations: place === null ? [] : [locationOf(place)],
    // The first is what GitHub looks at
    partialFingerprints: { primaryLocationLineHash: fingerprint, 'llmciFinding/v1': fingerprint },
  };
}

function locationOf({ file, line, column }: NonNullable<Finding['place']>): object {
  const uri = file.toWellFormed().split('/').map(encodeURIComponent).join('/');
  return {
    physicalLocation: {
      artifactLocation: { uri, uriBaseId: '%SRCROOT%' },
      region: { startLine: line, startColumn: column },
    },
  };
}
