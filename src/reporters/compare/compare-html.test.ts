import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { columnOf, compareWithWorse, sideOf } from '../../../test/helpers/comparison.js';
import { hostileRun } from '../../../test/helpers/hostile.js';
import { createRedRun, createSink } from '../../../test/helpers/run-fixture.js';
import { compareSides } from '../../core/compare/compare.js';
import type { Comparison } from '../../core/compare/comparison.js';
import { writeComparisonPage } from './compare-html.js';

const VOID = new Set(['meta', '!doctype']);
const TAGS =
  'html head meta title style body main h1 h2 h3 h4 h5 small dl dt dd p section table thead tbody tr th td div span svg line circle details summary b em pre ul li ins del';
const ATTRIBUTES =
  'lang charset http-equiv content name class viewBox role aria-label x1 x2 y1 y2 cx cy r scope title data-label';

async function pageOf(comparison: Comparison, shown = 10): Promise<string> {
  const sink = createSink();
  await writeComparisonPage(comparison, sink, shown);
  return sink.text();
}

/** The tags of a page in order; throws where a `<` or a quote is no part of one that the page itself writes. */
function tagsOf(page: string): readonly string[] {
  const names: string[] = [];
  const tag = /<(\/?)([a-z][a-z0-9]*|!doctype)((?: [a-zA-Z0-9-]+(?:="[^"<>]*")?)*)(\/?)>/g;
  const style = /<style>[^<]*<\/style>/;
  const rest = page.replace(style, '').replace(tag, (_, end: string, name: string, attributes: string, own: string) => {
    names.push(`${end}${name}${own}`);
    for (const [, attribute = ''] of attributes.matchAll(/ ([a-zA-Z0-9-]+)="/g)) {
      if (!ATTRIBUTES.split(' ').includes(attribute)) throw new Error(`attribute ${attribute}`);
    }
    if (name !== '!doctype' && !TAGS.split(' ').includes(name)) throw new Error(`tag ${name}`);
    return '';
  });
  const stray = /.{0,30}[<>].{0,30}/s.exec(rest);
  if (stray) throw new Error(`text that is no text: ${stray[0]}`);
  return names;
}

function expectBalanced(names: readonly string[]): void {
  const open: string[] = [];
  for (const name of names) {
    if (VOID.has(name) || name.endsWith('/')) continue;
    if (name.startsWith('/')) expect(open.pop()).toBe(name.slice(1));
    else open.push(name);
  }
  expect(open).toEqual([]);
}

describe('the page', () => {
  it('has the metrics, the cases and both outputs', async () => {
    const page = await pageOf(await compareWithWorse(createRedRun()));
    expectBalanced(tagsOf(page));
    expect(page).toContain('<h3>Regressed cases <small>4 by pass, largest change first</small></h3>');
    expect(page).toMatch(/<h4>A <small>trial 1<\/small><\/h4><div class="field output"><h5>output<\/h5><pre>/);
    expect(page).toContain('(B)</pre>');
    expect(page.match(/<svg class="forest /g)?.length).toBeGreaterThan(4);
    expect(page).toContain('aria-label="difference 1 lower, interval ');
  });

  it('asks for nothing from anywhere and runs nothing', async () => {
    const page = await pageOf(await compareWithWorse(createRedRun()));
    expect(page).toContain('content="default-src &#39;none&#39;; style-src &#39;unsafe-inline&#39;;');
    const own = page.replace(/<pre>.*?<\/pre>|<summary>.*?<\/summary>/gs, '');
    expect(own).not.toMatch(/<script|<link|<img|<iframe|\bhref=|\bsrc=|url\(|@import|https?:/i);
  });

  it('draws the zero line, the dot and the bar on one scale, better to the right', async () => {
    const rows = Array.from({ length: 30 }, (_, index) => index / 100);
    const better = { unit: 'ms', better: 'lower' } as const;
    const compared = (metric: typeof better | object) =>
      compareSides(
        sideOf(columnOf({ m: rows.map((row) => row + 0.3 + (row % 0.02)) }, { metric })),
        sideOf(columnOf({ m: rows.map((row) => row + 0.1) }, { metric })),
      );
    const dotOf = async (comparison: Comparison) => Number(/<circle cx="([\d.]+)"/.exec(await pageOf(comparison))?.[1]);
    expect(await dotOf(compared({}))).toBeLessThan(90);
    expect(await dotOf(compared(better))).toBeGreaterThan(90);
  });

  it('of baselines says that they keep no outputs', async () => {
    const page = await pageOf(compareSides(sideOf(columnOf({ pass: [1] })), sideOf(columnOf({ pass: [0] }))));
    expect(page).toContain('Baselines keep scores, no outputs.');
    expect(page).not.toContain('Cost and latency');
  });

  it('stops after so many cases, and says so', async () => {
    const page = await pageOf(await compareWithWorse(createRedRun(), 1), 1);
    expect(page.match(/<details /g)).toHaveLength(2);
    expect(page).toContain('… and 3 more: --json lists all.');
  });

  it('lets no hostile text out of its place', async () => {
    await fc.assert(
      fc.asyncProperty(hostileRun, async (record) => {
        const page = await pageOf(await compareWithWorse(record));
        expectBalanced(tagsOf(page));
        expect(page).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
        expect(page.isWellFormed()).toBe(true);
      }),
      { numRuns: 60 },
    );
  });
});
