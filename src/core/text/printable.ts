/**
 * Model output is hostile. These functions make a text safe for the place it is shown in; none of them is applied to
 * what is stored or scored.
 */

// CSI and terminated OSC sequences, then any other escape. An OSC that never ends loses only its introducer: a terminal
// would swallow what follows, and a report must not hide the rest of an output for it.
const ESCAPES = /\u001b\[[0-?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b\n]*(?:\u0007|\u001b\\)|\u001b[ -/]*[0-~]?/g;
// The C0 and C1 control characters but tab and newline
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;
const LINE_BREAKS = /\r\n?|[\u2028\u2029]/g;
// Marks that reorder text
const BIDI = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

// GitHub's runner trims a line before it looks for `::` (actions/runner, ActionCommand.TryParseV2), with a comparison
// that can skip invisible characters
const LINE_COMMAND = /^((?:[^\S\n]|\p{Default_Ignorable_Code_Point})*):(?=:)/gmu;
// It finds the older `##[command]` anywhere in a line (ActionCommand.TryParse), and so do Azure's agent (`##vso[`) and
// TeamCity (`##teamcity[`)
const HASH_COMMAND = /#(?=#[\w-]*\[)/g;

// What nobody sees: a browser shows what stands behind the start of an escape sequence, a terminal does not
const UNSEEN_MARKS = `${CONTROLS.source}|${BIDI.source}|\\p{Default_Ignorable_Code_Point}`;
const UNSEEN = {
  browser: new RegExp(UNSEEN_MARKS, 'gu'),
  terminal: new RegExp(`${ESCAPES.source}|${UNSEEN_MARKS}`, 'gu'),
  // Who copies what was wrapped, as base64 is after 76 characters, joins it
  joined: new RegExp(`\\n[\\t ]*|${UNSEEN_MARKS}`, 'gu'),
};
/** Where a text is seen. */
export type Viewer = keyof typeof UNSEEN;

/** A text as it is seen, and from where in it each of its characters comes. */
export interface VisibleText {
  readonly text: string;
  /** The place in the whole text of a place in what is seen. */
  placeOf(index: number): number;
}

/** What is left of a text without the characters that nobody sees there, `joined` without its line breaks too; null when it has none. */
export function seeThrough(text: string, place: Viewer): VisibleText | null {
  const starts: number[] = [];
  const places: number[] = [];
  let seen = '';
  let end = 0;
  const keep = (from: number, to: number) => {
    if (from === to) return;
    starts.push(seen.length);
    places.push(from);
    seen += text.slice(from, to);
  };
  for (const match of text.matchAll(UNSEEN[place])) {
    keep(end, match.index);
    end = match.index + match[0].length;
  }
  if (end === 0) return null;
  keep(end, text.length);
  return {
    text: seen,
    placeOf: (index) => {
      const part = lastAtMost(starts, index);
      return (places[part] ?? 0) + index - (starts[part] ?? 0);
    },
  };
}

/** The place of the last of some rising numbers that is at most `limit`. */
function lastAtMost(numbers: readonly number[], limit: number): number {
  let [low, high] = [0, numbers.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((numbers[middle] ?? 0) <= limit) low = middle;
    else high = middle - 1;
  }
  return low;
}

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
