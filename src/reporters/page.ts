import { Chalk, type ChalkInstance } from 'chalk';
import { breakCommands } from '../core/text/printable.js';
import { cutToWidth, widthOf, wrap } from './layout.js';
import type { ReportSink } from './reporter.js';

const MIN_COLUMNS = 40;

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
    const rest = explanation === '' ? '' : this.paint.dim(cutToWidth(`  ${explanation}`, this.width - widthOf(title)));
    this.line(`${this.paint.bold(title)}${rest}`);
  }

  /**
   * A text in as many lines as it needs, after `first` in the first line and as many spaces in the others. Wrapping can
   * bring a command to the start of a line, and colour codes before it would only hide it from `line`.
   */
  paragraph(text: string, paint: (text: string) => string, first = '', maxLines = 4): void {
    const indent = ' '.repeat(widthOf(first));
    wrap(text, this.width - indent.length, maxLines).forEach((line, index) => {
      this.line(`${index === 0 ? first : indent}${paint(breakCommands(line))}`);
    });
  }

  text(): string {
    return `${this.#lines.join('\n')}\n`;
  }
}
