/** The shape and the sign of each state, on a square of 16: what colour says, form says too. */
export const MARK_PATHS = {
  passed: ['M8 1a7 7 0 1 1 0 14A7 7 0 0 1 8 1Z', 'M4.7 8.3 7 10.6l4.3-4.8'],
  failed: ['M5.1 1h5.8L15 5.1v5.8L10.9 15H5.1L1 10.9V5.1Z', 'M5.4 5.4l5.2 5.2M10.6 5.4l-5.2 5.2'],
  unscored: ['M8 .4 15.6 8 8 15.6.4 8Z', 'M6.2 6.6a1.8 1.8 0 1 1 2.5 1.7c-.5.2-.7.5-.7 1M8 11.3v.2'],
  error: ['M8 1 15.6 14.6H.4Z', 'M8 6v4M8 12.2v.2'],
  'not-applicable': ['M3.5 1.5h9a2 2 0 0 1 2 2v9a2 2 0 0 1-2 2h-9a2 2 0 0 1-2-2v-9a2 2 0 0 1 2-2Z', 'M5 8h6'],
} as const;

export type MarkName = keyof typeof MARK_PATHS;
