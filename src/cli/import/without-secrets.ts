import { REDACTED, redactKeyPatterns } from '../../core/text/redact.js';
import { secretsIn } from '../../core/text/secrets-in.js';
import { placeInText } from '../../core/text/text-place.js';
import { inOrder } from '../../importers/import-findings.js';
import type { Imported, ImportFinding } from '../../importers/importer.js';
import { atTop, type SourcePlace } from '../../model/problem.js';

/** Files without the keys and passwords that the source holds, and the report with each place at which it holds one. */
export function withoutSecrets({ files, report }: Imported, sources: ReadonlyMap<string, string>): Imported {
  const told: ImportFinding[] = [];
  const clean = files.map((file) => {
    const found = secretsIn(file.text);
    for (const { kind, text } of found) {
      const place = placeOf(text, sources) ?? file.places?.get('') ?? atTop(file.path);
      told.push({
        status: 'refused',
        what: kind.includes(' ') ? kind : `key (${kind})`,
        place,
        note: `${REDACTED} stands in its place: revoke it, and let programs read it from their environment`,
      });
    }
    // The longest first, for one may hold another
    const secrets = found.map(({ text }) => text).sort((a, b) => b.length - a.length);
    const text = secrets.reduce((rest, secret) => rest.replaceAll(secret, REDACTED), file.text);
    return { ...file, text: redactKeyPatterns(text) };
  });
  return { files: clean, report: inOrder([...report, ...told]) };
}

function placeOf(secret: string, sources: ReadonlyMap<string, string>): SourcePlace | null {
  for (const [file, text] of sources) {
    const index = text.indexOf(secret);
    if (index >= 0) return { file, ...placeInText(text, index) };
  }
  return null;
}
