import { Chalk, type ChalkInstance } from 'chalk';
import { breakCommands } from '../../core/text/printable.js';
import { widthOf, wrap } from './layout.js';
import type { ReportSink } from './sink.js';

type Paint = (text: string) => string;

/** The colour of what has none of its own. */
export const unpainted: Paint = (text) => text;

const MIN_COLUMNS = 40;
const USUAL_COLUMNS = 80;

/** The lines written so far. What a line holds must be printable; that it is no workflow command is seen to here. */
export class Page {
  readonly paint: ChalkInstance;
  readonly width: number;
  readonly #lines: string[] = [];

  constructor(sink: ReportSink) {
    this.paint = new Chalk({ level: sink.color ? 1 : 0 });
    this.width = Math.max(MIN_COLUMNS, sink.columns);
  }

  line(text: string): void {
    this.#lines.push(breakCommands(text).trimEnd());
  }

  /** An empty line, unless there is one already. */
  blank(): void {
    if (this.#lines.length > 0 && this.#lines.at(-1) !== '') this.#lines.push('');
  }

  title(title: string, explanation = ''): void {
    this.blank();
    this.head(title, explanation, this.paint.bold);
  }

  /** A name with what is said of it behind it or, where that has no room, below it. */
  head(name: string, about: string, paint: Paint, first = '', paintAbout: Paint = this.paint.dim): void {
    const behind = about === '' ? '' : `  ${about}`;
    if (widthOf(`${first}${name}${behind}`) <= this.width) {
      this.line(`${first}${paint(name)}${behind && paintAbout(behind)}`);
      return;
    }
    this.paragraph(name, paint, first);
    this.paragraph(about, paintAbout, `${' '.repeat(widthOf(first))}  `);
  }

  /**
   * A text in as many lines as it needs, after `first` in the first line and as many spaces in the others. `maxLines` (more
   * where the terminal is narrow) is for what others have written, which may have any length. Wrapping can
   * bring a command to the start of a line, and colour codes before it would only hide it from `line`.
   */
  paragraph(text: string, paint: Paint, first = '', maxLines = Number.POSITIVE_INFINITY): void {
    const indent = ' '.repeat(widthOf(first));
    const room = this.width - indent.length;
    // As much of the text as that many lines of a usual terminal hold
    const most = Math.ceil(maxLines * Math.max(1, (USUAL_COLUMNS - indent.length) / room));
    wrap(text, room, most).forEach((line, index) => {
      this.line(`${index === 0 ? first : indent}${paint(breakCommands(line))}`);
    });
  }

  text(): string {
    return `${this.#lines.join('\n')}\n`;
  }
}
