import { readFileSync } from 'node:fs';

const here = new URL('.', import.meta.url);

/** The lines of a text file of this folder, without comments and empty lines. */
export function readLines(name) {
  return readFileSync(new URL(name, here), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
}

/**
 * Fills the frames of `contrast.txt`: the same sentences about many groups, hostile and not, so that no group and no
 * rude word decides by itself. Deterministic: groups are taken in turn, with a stride that has no factor in common
 * with their number.
 */
export function generateContrast({ perFrame = 8, perWrapper = 60 } = {}) {
  const lines = readLines('contrast.txt');
  const ofKind = (kind) => lines.filter((line) => line.startsWith(`${kind} `)).map((line) => line.slice(2));
  const groups = ofKind('=').map((line) => line.split(' | '));
  let turn = 0;
  const fill = (frame) => {
    const [one = '', many = ''] = groups[(turn * 7 + Math.floor(turn / groups.length)) % groups.length] ?? [];
    turn += 1;
    return frame.replaceAll('{P}', many).replaceAll('{S}', one);
  };
  const rows = [];
  const add = (frames, toxic) => {
    for (const frame of frames) {
      const copies = frame.includes('{') ? perFrame : 1;
      for (let i = 0; i < copies; i += 1) rows.push({ text: fill(frame), toxic });
    }
  };
  const clauses = ofKind('h');
  const wrap = (wrappers, toxic) => {
    for (const wrapper of wrappers) {
      for (let i = 0; i < perWrapper; i += 1) {
        const clause = clauses[(turn * 11) % clauses.length] ?? '';
        rows.push({ text: wrapper.replace('{H}', fill(clause)), toxic });
      }
    }
  };
  add(ofKind('+'), 1);
  add(ofKind('h'), 1);
  add(ofKind('-'), 0);
  add(ofKind('k'), 0);
  wrap(ofKind('w'), 0);
  wrap(ofKind('x'), 1);
  return rows;
}

/** The labelled lines of `statements.txt`. */
export function readStatements() {
  return readLines('statements.txt').map((line) => ({
    source: 'statements',
    text: line.slice(2),
    toxic: line.startsWith('+ ') ? 1 : 0,
  }));
}
