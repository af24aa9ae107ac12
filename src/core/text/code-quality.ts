import type { Finding } from '../../model/finding.js';
import { stripEscapes } from './printable.js';

const LONGEST_MESSAGE = 1000;
const SEVERITIES = { error: 'critical', warning: 'minor', note: 'info' } as const;

/**
 * Findings as a Code Quality report of GitLab, which keeps one of several with the same fingerprint, and needs a place:
 * what has none is left out. Files are named by their paths from the root of the repository.
 */
export function codeQuality(findings: readonly Finding[]): readonly object[] {
  return findings.flatMap(({ rule, level, message, title, place, fingerprint }) => {
    if (place === null) return [];
    const text = title === undefined ? message : `${title}: ${message}`;
    const description = stripEscapes(text.slice(0, LONGEST_MESSAGE)).replace(/\s+/g, ' ').trim();
    const location = { path: place.file, lines: { begin: place.line } };
    return [{ description, check_name: rule, fingerprint, severity: SEVERITIES[level], location }];
  });
}
