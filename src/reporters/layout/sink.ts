/** Where a reporter writes. */
export interface ReportSink {
  /** Reporters await what it returns before they write on, so that a slow file holds a fast reporter back. */
  write(text: string): void | Promise<void>;
  /** Whether colours may be used. */
  readonly color: boolean;
  /** Width of the terminal in characters. */
  readonly columns: number;
}
