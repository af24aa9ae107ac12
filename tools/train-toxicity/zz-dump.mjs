
import { writeFileSync } from 'node:fs';
import { readWords } from '../../dist/metrics/toxicity/classifier.js';
import { readRows } from './data.mjs';
import { embedAll } from './embed.mjs';
const rows = readRows('../shared/data');
const texts = [...new Set(rows.flatMap((row) => row.windows))];
const places = new Map(texts.map((text, place) => [text, place]));
console.log(rows.length, texts.length);
const vectors = await embedAll(texts);
const lex = Float32Array.from(texts.flatMap((t) => readWords(t)));
writeFileSync('/tmp/tox/emb.f32', Buffer.from(vectors.buffer, vectors.byteOffset, vectors.byteLength));
writeFileSync('/tmp/tox/lex.f32', Buffer.from(lex.buffer));
writeFileSync('/tmp/tox/rows.json', JSON.stringify(rows.map((r) => ({ s: r.source, y: r.toxic, g: r.target ?? r.toxic, t: r.text, train: r.train, clear: r.clear, w: places.get(r.windows[0]), ws: r.windows.map((x) => places.get(x)) }))));
