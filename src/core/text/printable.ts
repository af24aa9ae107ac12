/**
 * Model output is hostile. These functions make a text safe for the place it is shown in; none of them is applied to
 * what is stored or scored.
 */

// CSI and terminated OSC sequences, then any other escape. An OSC that never ends loses only its introducer: a terminal
// would swallow what follows, and a report must not hide the rest of an output for it.
export const ESCAPES = /\u001b\[[0-?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b\n]*(?:\u0007|\u001b\\)|\u001b[ -/]*[0-~]?/g;
// The C0 and C1 control characters but tab and newline
export const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;
const LINE_BREAKS = /\r\n?|[\u2028\u2029]/g;
// Marks that reorder text
export const BIDI = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

// GitHub's runner trims a line before it looks for `::` (actions/runner, ActionCommand.TryParseV2), with a comparison
// that can skip invisible characters
const LINE_COMMAND = /^((?:[^\S\n\r\u2028\u2029]|\p{Default_Ignorable_Code_Point})*):(?=:)/gmu;
// It finds the older `##[command]` anywhere in a line (ActionCommand.TryParse), and so do Azure's agent (`##vso[`) and
// TeamCity (`##teamcity[`)
const HASH_COMMAND = /#(?=#[\w-]*\[)/g;

/** The text without terminal escapes, control and reordering characters; newlines and tabs stay. */
export function stripEscapes(text: string): string {
  return text.replace(LINE_BREAKS, '\n').replace(ESCAPES, '').replace(CONTROLS, '').replace(BIDI, '').toWellFormed();
}

/**
 * The text with a visible space in every workflow command of a CI system, so that no line is read as one. Applied to
 * whole lines, after wrapping and indenting: both can move `::` to the start of a line.
 */
export function breakCommands(text: string): string {
  return text.replace(LINE_COMMAND, '$1: ').replace(HASH_COMMAND, '# ');
}

/** Safe to print on a terminal or in a CI log: no escape gets through, no line can be read as a workflow command. */
export function printable(text: string): string {
  return breakCommands(stripEscapes(text));
}

/** As `printable`, on one line and at most `length` characters long. */
export function printableLine(text: string, length = 160): string {
  // An output may have megabytes; what cannot be shown need not be cleaned
  const start = text.slice(0, 4 * length + 1024);
  // Joining the lines of a text can make a command of two halves, so it is broken last
  const line = breakCommands(stripEscapes(start).replace(/\s+/g, ' ').trim());
  const characters = [...line];
  const isCut = characters.length > length || start.length < text.length;
  return isCut ? `${characters.slice(0, length - 1).join('')}…` : line;
}
