import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { readJson } from '../core/text/read-json.js';
import { writeJson } from '../core/text/write-json.js';
import { type UsualCalls, usualCallsSchema } from '../model/usual-calls.js';
import { writeAtomic } from './atomic.js';

const FILE = 'usual.json';

/** What a gateway has counted lately in its folder; empty where none has, or nobody can read it: it is a help, no more. */
export async function readUsualCalls(folder: string): Promise<readonly UsualCalls[]> {
  try {
    return z.array(usualCallsSchema).parse(readJson(await readFile(join(folder, FILE), 'utf8')));
  } catch {
    return [];
  }
}

export async function keepUsualCalls(folder: string, usual: readonly UsualCalls[]): Promise<void> {
  await writeAtomic(join(folder, FILE), `${writeJson(usual)}\n`);
}
