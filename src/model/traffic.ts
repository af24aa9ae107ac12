import { z } from 'zod';
import { durationSchema, shareSchema } from './quantity.js';

const DAY_MS = 86_400_000;

/** `traffic` of llmci.yaml. Without it nothing of a call is kept. */
export const trafficSchema = z
  .strictObject({
    keep: shareSchema.describe('The share of the calls that are looked at: 1%. Chosen by their ids.'),
    where: z
      .enum(['failed', 'all'])
      .default('failed')
      .describe('`failed`: no answer, a live metric missed its mark, or the app said so. Default failed.'),
    maxAge: durationSchema.default(30 * DAY_MS).describe('Files that are older are removed; default 30d.'),
    maxMegabytes: z.int().min(1).max(100_000).default(100).describe('Of all files; the oldest go first. Default 100.'),
  })
  .describe('Which live calls `llmci serve` keeps, masked, for `llmci cases`. Without it nothing of a call is kept.');
export type TrafficPolicy = z.output<typeof trafficSchema>;
