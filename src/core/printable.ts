/**
 * Model output is hostile. These functions make a text safe for the place it is shown in; none of them is applied to
 * what is stored or scored.
 */

// CSI and OSC sequences, other escapes, and the C0/C1 control characters but tab and newline
const ESCAPES = /\u001b\[[0-?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|\u001b[ -/]*[0-~]?/g;
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;
// Marks that reorder or hide text
const BIDI = /[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
// GitHub (`::set-output`, `##[group]`), Azure (`##vso[`), TeamCity (`##teamcity[`) read commands at the start of a line
const CI_COMMAND = /^(\s*)(::|##(?=\[|vso|teamcity)|##)/gm;

/** The text without terminal escapes, control and reordering characters; newlines and tabs stay. */
export function stripEscapes(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(ESCAPES, '').replace(CONTROLS, '').replace(BIDI, '').toWellFormed();
}

/** Safe to print on a terminal or in a CI log: no escape gets through, no line can be read as a workflow command. */
export function printable(text: string): string {
  return stripEscapes(text).replace(CI_COMMAND, '$1\u200b$2');
}

/** As `printable`, on one line and at most `length` characters long. */
export function printableLine(text: string, length = 160): string {
  const line = printable(text).replace(/\s+/g, ' ').trim();
  const characters = [...line];
  return characters.length <= length ? line : `${characters.slice(0, length - 1).join('')}…`;
}
