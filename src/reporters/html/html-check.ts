import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { inflateRaw } from 'node:zlib';
import { LlmciError } from '../../core/text/errors.js';
import { formatBytes, formatNumber } from '../../core/text/format.js';
import type { IndexPart, PageEnd } from '../../report-page/data.js';

const inflate = promisify(inflateRaw);

/** A file of more is slow to load from a CI system, and to open. */
const LARGE_BYTES = 50_000_000;
const TEMPLATE = /^<template id="([a-z]+)(?:-(\d+))?">([^<]*)<\/template>$/;

/**
 * Reads a page back as it stands on the disk: every chunk unpacks, and the index tells of all samples. Returns what its
 * reader should know of it. Throws `cannot-write` when the file is not whole. Holds one line of it.
 */
export async function checkPage(path: string, large = LARGE_BYTES): Promise<readonly string[]> {
  const broken = (why: string) => new LlmciError('cannot-write', { path, why: `read back, it is not whole: ${why}` });
  let [samples, chunks] = [0, 0];
  let end: PageEnd | null = null;
  let last = '';
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY })) {
    last = line;
    const [, name, number, packed] = TEMPLATE.exec(line) ?? [];
    if (name === undefined || packed === undefined) continue;
    const text = await inflate(Buffer.from(packed, 'base64')).catch(() => {
      throw broken(`its ${name} ${number ?? ''} does not unpack`);
    });
    if (name === 'chunk') chunks++;
    if (name === 'part') samples += (JSON.parse(text.toString()) as IndexPart).cases.length;
    if (name === 'end') end = JSON.parse(text.toString()) as PageEnd;
  }
  if (end === null || last !== '</html>') throw broken('its end is missing');
  if (samples !== end.samples || chunks !== end.chunks) throw broken(`it has ${samples} of ${end.samples} samples`);
  const { size } = await stat(path);
  return [
    ...(size > large ? [`${path} has ${formatBytes(size)}: browsers and CI systems take long to load it`] : []),
    ...(end.leftOut > 0
      ? [`${path} has no texts of ${formatNumber(end.leftOut)} passing samples, which keeps it one that opens`]
      : []),
  ];
}
