import type { Comparison } from '../core/comparison.js';
import type { ReportSink } from './reporter.js';

export async function writeComparisonPage(_comparison: Comparison, sink: ReportSink, _shown: number): Promise<void> {
  await sink.write('');
}
