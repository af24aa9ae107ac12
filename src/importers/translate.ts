import { placeInText } from '../core/text/text-place.js';
import type { SourcePlace } from '../model/problem.js';
import type { Findings } from './import-findings.js';
import { NoMessage, type Translate } from './messages.js';
import { type Converted, isFault } from './templates/converted.js';

/** Thrown for a template that Liquid has no equal for, with its place in the source. */
export class NoTemplate extends Error {
  readonly place: SourcePlace;

  constructor(why: string, place: SourcePlace) {
    super(why);
    this.place = place;
  }
}

/** Turns texts into Liquid, and collects in `notes` where it means something else. Throws NoTemplate. */
export function translateWith(convert: (text: string) => Converted, notes: Set<string>): Translate {
  return (text, at) => {
    const liquid = convert(text);
    if (isFault(liquid)) throw new NoTemplate(liquid.why, placeIn(text, liquid.offset, at.place));
    for (const note of liquid.notes) notes.add(note);
    return liquid.text;
  };
}

/** Reports what kept messages from being read. Throws what is no fault of the source. */
export function refuseTemplate(error: unknown, what: string, findings: Findings): void {
  if (error instanceof NoTemplate) findings.refuse(what, error.place, error.message);
  else if (error instanceof NoMessage) findings.refuse(what, error.at.place, error.message);
  else throw error;
}

/** Where an offset of a text stands, as near as its style of YAML lets one say: by the line. */
function placeIn(text: string, offset: number, start: SourcePlace): SourcePlace {
  const { line, column } = placeInText(text, offset);
  if (line === 1) return { ...start, column: start.column + column - 1 };
  return { ...start, line: start.line + line - 1, column };
}
