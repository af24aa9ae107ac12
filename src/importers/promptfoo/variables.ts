import type { Json } from '../../model/json.js';
import type { Located } from '../located.js';
import { memberOf, textOfLocated } from '../located.js';
import { pathNamed, type Reading, readNamed, readNamedData } from '../reading.js';
import { isTemplate, substitute } from '../templates/substitute.js';

export type Variables = Readonly<Record<string, Json>>;

/** As many cases as lists of values may make of one test. */
const MOST_COMBINATIONS = 1000;

/**
 * The variables of a test: files are read, and a list of values makes a test of each, as promptfoo has it. Null, with a finding,
 * when one cannot be had: a test without it would ask something else.
 */
export async function readVariables(
  reading: Reading,
  written: ReadonlyMap<string, Located>,
  expand: boolean,
): Promise<readonly Variables[] | null> {
  const { findings } = reading;
  let combinations: Variables[] = [{}];
  for (const [name, value] of written) {
    const values = await valuesOf(reading, name, value, expand);
    if (values === null) return null;
    if (combinations.length * values.length > MOST_COMBINATIONS) {
      findings.refuse(
        `variable ${name}`,
        value.place,
        `its values make more than ${MOST_COMBINATIONS} cases of one test`,
      );
      return null;
    }
    combinations = combinations.flatMap((vars) => values.map((each) => ({ ...vars, [name]: each })));
  }
  return combinations.map((vars) => fillIn(vars, reading, written));
}

async function valuesOf(
  reading: Reading,
  name: string,
  value: Located,
  expand: boolean,
): Promise<readonly Json[] | null> {
  const { findings } = reading;
  if (expand && value.items.length > 0 && value.items.every(({ data }) => typeof data !== 'object' || data === null)) {
    if (value.items.length > 1)
      findings.change(
        `variable ${name}`,
        value.place,
        `a test for each of its ${value.items.length} values became a case for each`,
      );
    const all = await Promise.all(value.items.map((item) => readValue(reading, name, item)));
    return all.every((each) => each !== null) ? all.flat() : null;
  }
  return readValue(reading, name, value);
}

async function readValue(reading: Reading, name: string, value: Located): Promise<readonly Json[] | null> {
  const { findings, files } = reading;
  const text = textOfLocated(value);
  if (
    text === undefined &&
    typeof value.data === 'object' &&
    value.data !== null &&
    memberOf(value, 'type') === undefined
  )
    return [value.data];
  if (typeof value.data !== 'string') {
    if (value.data === null) {
      findings.change(`variable ${name}`, value.place, 'null is sent as nothing there: it became an empty text');
      return [''];
    }
    return [value.data];
  }
  if (!value.data.startsWith('file://')) return [value.data];
  const what = `variable ${name}`;
  if (/\.([cm]?[jt]s|py)(:|$)/.test(value.data)) {
    findings.refuse(what, value.place, 'code makes it, and is never run by an import: write the value down');
    return null;
  }
  if (/\.(png|jpe?g|gif|webp|pdf|mp3|wav|mp4)$/i.test(value.data)) {
    findings.refuse(
      what,
      value.place,
      'it is no text: name the file in a part of a message (`image: PATH`, `file: PATH`)',
    );
    return null;
  }
  const pattern = pathNamed(value.place.file, value.data);
  if (pattern !== null && /[*?]/.test(pattern)) {
    const found = await files.find(pattern);
    const texts = await Promise.all(found.map((path) => files.read(path)));
    if (found.length === 0) findings.refuse(what, value.place, 'no file fits it');
    return found.length === 0 ? null : texts.map((read) => ('text' in read ? read.text : ''));
  }
  if (/\.(ya?ml|json)$/i.test(value.data)) {
    const data = await readNamedData(reading, what, value.data, value.place);
    return data === null ? null : [data.data];
  }
  const file = await readNamed(reading, what, value.data, value.place);
  return file === null ? null : [file.text.replace(/\n$/, '')];
}

/** Puts variables into the values of others, as promptfoo does before it renders a prompt. */
function fillIn(vars: Variables, { findings }: Reading, written: ReadonlyMap<string, Located>): Variables {
  const filled = Object.entries(vars).map(([name, value]) => {
    if (typeof value !== 'string' || !isTemplate(value)) return [name, value];
    const { text, rest, missing } = substitute(value, vars);
    const place = written.get(name)?.place;
    if (rest || missing.length > 0) {
      if (place)
        findings.change(
          `variable ${name}`,
          place,
          'promptfoo reads it as a template; here it is sent as it is written',
        );
      return [name, value];
    }
    if (place) findings.change(`variable ${name}`, place, 'the variables in it are put in already');
    return [name, text];
  });
  return Object.fromEntries(filled) as Variables;
}
