/** A metric of a text that Prometheus reads. */
export interface ReadFamily {
  readonly type: string;
  readonly samples: readonly ReadSample[];
}

export interface ReadSample {
  /** With the suffix that a histogram has. */
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

const NAME = /[a-zA-Z_:][a-zA-Z0-9_:]*/.source;
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"/.source;
const SAMPLE = new RegExp(`^(${NAME})(?:\\{((?:${LABEL})(?:,${LABEL})*)\\})? ([+-]?Inf|NaN|[-+0-9.e]+)$`);

/**
 * Reads a text of Prometheus by the grammar of its format (https://prometheus.io/docs/instrumenting/exposition_formats/) and
 * throws for whatever Prometheus refuses or misreads: a sample without its type, a series told twice, buckets that fall or
 * miss +Inf.
 */
export function readPrometheus(text: string): ReadonlyMap<string, ReadFamily> {
  if (!text.endsWith('\n')) throw new Error('the last line does not end');
  const families = new Map<string, { type: string; samples: ReadSample[] }>();
  const seen = new Set<string>();
  let current = '';
  for (const line of text.slice(0, -1).split('\n')) {
    const [, typed, type = ''] = /^# TYPE (\S+) (counter|gauge|histogram)$/.exec(line) ?? [];
    if (typed !== undefined) {
      if (families.has(typed)) throw new Error(`${typed} has its type twice`);
      families.set(typed, { type, samples: [] });
      current = typed;
      continue;
    }
    if (/^# HELP \S+ [^\n]*$/.test(line)) continue;
    const match = SAMPLE.exec(line);
    if (!match) throw new Error(`no line of Prometheus: ${line}`);
    const [, name = '', written = ''] = match;
    const family = families.get(current);
    const isOne = name === current || (family?.type === 'histogram' && name.startsWith(`${current}_`));
    if (!family || !isOne) throw new Error(`${name} stands apart from its type`);
    if (seen.has(`${name}{${written}}`)) throw new Error(`${name}{${written}} stands there twice`);
    seen.add(`${name}{${written}}`);
    const labels = Object.fromEntries(
      [...written.matchAll(new RegExp(LABEL, 'g'))].map(([, label = '', value = '']) => [
        label,
        value.replaceAll(/\\(.)/g, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped)),
      ]),
    );
    family.samples.push({ name, labels, value: Number((match.at(-1) ?? '').replace('Inf', 'Infinity')) });
  }
  for (const [name, family] of families) if (family.type === 'histogram') checkHistogram(name, family.samples);
  return families;
}

function checkHistogram(name: string, samples: readonly ReadSample[]): void {
  const counts = samples.filter((sample) => sample.name === `${name}_count`);
  for (const { labels, value } of counts) {
    const buckets = samples.filter(
      (sample) =>
        sample.name === `${name}_bucket` &&
        Object.keys(sample.labels).length === Object.keys(labels).length + 1 &&
        Object.entries(labels).every(([label, text]) => sample.labels[label] === text),
    );
    const values = buckets.map((bucket) => bucket.value);
    if (values.some((count, n) => n > 0 && count < (values[n - 1] ?? 0)))
      throw new Error(`${name} has buckets that fall`);
    if (buckets.at(-1)?.labels['le'] !== '+Inf' || values.at(-1) !== value)
      throw new Error(`the last bucket of ${name} is not +Inf with all that were counted`);
  }
}
