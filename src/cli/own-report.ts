import { open } from 'node:fs/promises';

/** How what llmci writes for others begins: one of these stands in its first bytes. */
const MARKS: readonly RegExp[] = [
  /^\{\s*"schemaVersion": \d+,\s*"runId"/, // the record of a run
  /^<\?xml [^>]*>\s*<testsuites name="llmci"/,
  /^<!doctype html>.*<title>[^<]* - llmci\b/s,
  /"driver": \{\s*"name": "llmci"/, // SARIF
  /^\[\s*(?:\]|\{\s*"description": [^\n]*\s*"check_name")/, // Code Quality
  /^\{\s*"_type": ?"https:\/\/in-toto\.io\/Statement\//,
  /^::\w+ [^\n]*title=/, // annotations
  /^## \S+ llmci: [^\n]*\n\n[^\n]*\(exit code \d+\)/, // Markdown
  /\n[A-Z][A-Z\d /]* \(exit code \d+\): .{0,2000}$/s, // the console, whose verdict comes last
  /^\{"manifestVersion":/, // a part of a plan
  /^\{\s*"snapshot": \d+,\s*"environment"/,
  /^\{\s*"\$schema": "https:\/\/flagd\.dev\/.*"flagSetId"/s,
  /^\/\/ What is live in [^\n]*`llmci export /,
  /^LLMCI_ENVIRONMENT=/,
];

/** A mark stands near the beginning; only the verdict of the console comes at the end of a page or two. */
const LOOKED_AT = 1 << 16;

/** Whether a file may be taken for one that llmci wrote as a report, or holds nothing at all. */
export async function isReportOrEmpty(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(LOOKED_AT), 0, LOOKED_AT, 0);
    const begin = buffer.toString('utf8', 0, bytesRead);
    return begin.trim() === '' || MARKS.some((mark) => mark.test(begin));
  } finally {
    await file.close();
  }
}
