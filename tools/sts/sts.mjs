// How well the metric `semantic` with the local engine agrees with people, on the dev set of the STS benchmark.
//   npm run build && node tools/sts/sts.mjs [FILE]
// FILE has no header and the columns sentence, sentence, human similarity from 0 to 5.
// Exits with 1 when the shipped default stays below the correlation that the docs promise.
import { readFileSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { createLocalEmbedder } from '../../dist/embedders/local.js';
import {
  blendSemantic,
  cosine,
  STRING_WEIGHT,
  similarityByMeaning,
  stringSimilarity,
} from '../../dist/metrics/text/similarity-by-meaning.js';
import { mean, pearson, quantile, shuffle, spearman } from './agreement.mjs';

const PROMISED = 0.8;
const HALVES = 200;
const file = process.argv[2] ?? new URL('../../../shared/data/stsb-en-dev.csv', import.meta.url);

const embedder = createLocalEmbedder();
const pairs = await embedPairs(parse(readFileSync(file)).map(([a, b, human]) => ({ a, b, human: Number(human) })));
const examples = await embedPairs(examplePairs());
await embedder.close();

console.log(`${pairs.length} pairs, ${embedder.id}\n`);
const shipped = printAgreement();
printHalves();
printTypical();
printExamples();
if (!(shipped >= PROMISED)) process.exitCode = 1;

async function embedPairs(list) {
  const vectors = await embedder.embed(list.flatMap(({ a, b }) => [a, b]));
  return list.map((pair, index) => {
    const [left, right] = [vectors[2 * index], vectors[2 * index + 1]];
    return {
      ...pair,
      cosine: cosine(left, right),
      surface: stringSimilarity(pair.a, pair.b),
      score: similarityByMeaning({ text: pair.a, vector: left }, { text: pair.b, vector: right }),
    };
  });
}

function blend(pair, stringWeight) {
  return blendSemantic({ cosine: pair.cosine, stringSimilarity: pair.surface, stringWeight });
}

function printAgreement() {
  const human = pairs.map((pair) => pair.human);
  const rows = [
    ['string similarity alone', pairs.map((pair) => pair.surface)],
    ['bare cosine', pairs.map((pair) => pair.cosine)],
    ['plain blend, half and half', pairs.map((pair) => blend(pair, 0.5))],
    [`shipped default, string weight ${STRING_WEIGHT.toFixed(3)}`, pairs.map((pair) => pair.score)],
  ];
  console.log(`${'agreement with people'.padEnd(40)}Pearson  Spearman`);
  for (const [name, scores] of rows) {
    console.log(
      `${name.padEnd(40)}${pearson(scores, human).toFixed(4).padEnd(9)}${spearman(scores, human).toFixed(4)}`,
    );
  }
  return pearson(
    pairs.map((pair) => pair.score),
    human,
  );
}

/** The one constant chosen on a random half and judged on the other: what a weight fitted to this data is worth. */
function printHalves() {
  const grid = Array.from({ length: 21 }, (_, index) => index / 20);
  const agreement = (list, weight) =>
    pearson(
      list.map((pair) => blend(pair, weight)),
      list.map((pair) => pair.human),
    );
  const rounds = Array.from({ length: HALVES }, (_, seed) => {
    const order = shuffle(pairs, seed + 1);
    const [fit, judge] = [order.slice(0, order.length / 2), order.slice(order.length / 2)];
    const values = grid.map((weight) => agreement(fit, weight));
    const chosen = grid[values.indexOf(Math.max(...values))];
    return {
      chosen,
      held: agreement(judge, chosen),
      shipped: agreement(judge, STRING_WEIGHT),
      bare: agreement(judge, 0),
    };
  });
  const show = (key) => {
    const values = rounds.map((round) => round[key]);
    return `${mean(values).toFixed(4)}  (90 % of the halves: ${quantile(values, 0.05).toFixed(3)} to ${quantile(values, 0.95).toFixed(3)})`;
  };
  console.log(`\nPearson on the other half, ${HALVES} random halves`);
  console.log(`bare cosine                             ${show('bare')}`);
  console.log(`weight chosen on the first half         ${show('held')}`);
  console.log(`shipped default                         ${show('shipped')}`);
  console.log(`weight that the first half chooses      ${show('chosen')}`);
  console.log('\nPearson by string weight');
  console.log(
    grid
      .filter((_, index) => index % 2 === 0)
      .map((weight) => weight.toFixed(2))
      .join('   '),
  );
  console.log(
    grid
      .filter((_, index) => index % 2 === 0)
      .map((weight) => agreement(pairs, weight).toFixed(4))
      .join(' '),
  );
}

function printTypical() {
  const bands = [
    { low: 0, high: 0.5, name: 'another topic' },
    { low: 0.5, high: 1.5, name: 'the same topic' },
    { low: 1.5, high: 2.5, name: 'some details in common' },
    { low: 2.5, high: 3.5, name: 'about the same, something important differs' },
    { low: 3.5, high: 4.5, name: 'the same but for details' },
    { low: 4.5, high: 5.1, name: 'the same meaning' },
  ];
  console.log(`\n${'the score where people say'.padEnd(48)}   5 %  25 %  50 %  75 %  95 %`);
  for (const { low, high, name } of bands) {
    const scores = pairs.filter(({ human }) => human >= low && human < high).map((pair) => pair.score);
    const shares = [0.05, 0.25, 0.5, 0.75, 0.95].map((share) => quantile(scores, share).toFixed(2).padStart(6));
    console.log(`${name.padEnd(48)}${shares.join('')}`);
  }
  const same = pairs.filter(({ human }) => human >= 3.5);
  const other = pairs.filter(({ human }) => human < 2.5);
  const share = (list, mark) =>
    `${((100 * list.filter(({ score }) => score >= mark).length) / list.length).toFixed(0)} %`;
  console.log('\nmark   met by pairs that people rate 3.5 or more   met by pairs that they rate below 2.5');
  for (const mark of [0.6, 0.65, 0.7, 0.75, 0.8]) {
    console.log(`${mark.toFixed(2)}   ${share(same, mark).padEnd(43)} ${share(other, mark)}`);
  }
}

function printExamples() {
  let group = '';
  for (const pair of examples) {
    if (pair.group !== group) console.log(`\n${pair.group}\nscore   cosine  string`);
    group = pair.group;
    const [score, angle] = [pair.score, pair.cosine].map((value) => (value === null ? 'null ' : value.toFixed(3)));
    console.log(`${score}   ${angle}   ${pair.surface.toFixed(3)}   ${pair.a}  |  ${pair.b}`);
  }
}

function examplePairs() {
  const groups = {
    paraphrases: [
      ['You can return the shoes within 30 days.', 'Shoes may be sent back up to 30 days after purchase.'],
      ['The meeting was moved to Friday.', 'The meeting has been rescheduled for Friday.'],
      ['I am sorry, the parcel is late.', 'We apologise for the delay of your package.'],
      ['The capital of France is Paris.', 'Paris is the French capital.'],
    ],
    unrelated: [
      ['You can return the shoes within 30 days.', 'The volcano erupted on Tuesday morning.'],
      ['The capital of France is Paris.', 'Mix the flour with two eggs.'],
      ['I am sorry, the parcel is late.', 'Press the red button to start the engine.'],
    ],
    'what it cannot see: negation': [
      ['You can return the shoes within 30 days.', 'You cannot return the shoes within 30 days.'],
      ['The test was successful.', 'The test was not successful.'],
      ['This medicine is safe for children.', 'This medicine is unsafe for children.'],
    ],
    'what it cannot see: numbers, names and who does what to whom': [
      ['You can return the shoes within 30 days.', 'You can return the shoes within 90 days.'],
      ['The invoice is $1,200.', 'The invoice is $12,000.'],
      ['The flight leaves at 8 am.', 'The flight leaves at 8 pm.'],
      ['Anna owes Ben ten euros.', 'Ben owes Anna ten euros.'],
      ['The capital of France is Paris.', 'The capital of France is Lyon.'],
    ],
    'what it cannot see: answers of one word or number': [
      ['Yes', 'No'],
      ['42', '43'],
      ['Paris', 'The capital of France is Paris.'],
    ],
    'what it cannot see: other languages in Latin letters (two topics, then one)': [
      ['Der Hund läuft im Park.', 'Die Rechnung ist bezahlt.'],
      ['Der Hund läuft im Park.', 'Ein Hund rennt durch den Park.'],
    ],
    'what it cannot read: null unless the texts are equal': [
      ['你好，世界', '再见'],
      ['Привет, как дела?', 'The weather is fine.'],
    ],
  };
  return Object.entries(groups).flatMap(([group, list]) => list.map(([a, b]) => ({ group, a, b })));
}
