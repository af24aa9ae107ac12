import { isRecord } from '../../model/json.js';
import { readTextIfThere } from '../../project/source/files.js';
import { parseYaml } from '../../project/source/yaml-source.js';
import { readOrNull } from '../../store/files/read-file.js';
import { CONFIG } from './config.js';
import { readTemplate } from './templates.js';

/** What a configuration says that init found and keeps, so that it may lack what the workflows rely on. */
type OwnConfig = Readonly<Record<string, unknown>>;

/** Of a file that is no YAML it is not known what it has: then it counts as empty, and `validate` says what is wrong. */
export async function readOwnConfig(root: string): Promise<OwnConfig> {
  const { data } = parseYaml(CONFIG, (await readOrNull(readTextIfThere(root, CONFIG))) ?? '');
  return isRecord(data) ? data : {};
}

/** What a person has to do to it so that releases get where the workflow at `workflow` puts them. */
export async function deliveryGaps(own: OwnConfig, workflow: string): Promise<readonly string[]> {
  const { environments, state } = own;
  const [places, home] = partsOf(await readTemplate('config/delivery.yaml'));
  const lacking = [...(environments === undefined ? places : []), ...(state === undefined ? home : [])];
  return [...add(CONFIG, lacking), ...environmentGaps(environments, workflow), ...stateGaps(state, workflow)];
}

/** The same so that the identity of a job stands in for a key. */
export async function keylessGaps(own: OwnConfig): Promise<readonly string[]> {
  const { providers } = own;
  if (providers === undefined) return add(CONFIG, linesOf(await readTemplate('config/keyless.yaml')));
  const openai = isRecord(providers) ? providers['openai'] : undefined;
  if (openai === undefined) return add(`\`providers\` of ${CONFIG}`, ['openai: { type: openai, auth: oidc }']);
  if (isRecord(openai) && openai['auth'] === 'oidc') return [];
  return [`give \`providers.openai\` of ${CONFIG} \`auth: oidc\` in place of its key: the jobs have none`];
}

function environmentGaps(environments: unknown, workflow: string): readonly string[] {
  if (!isRecord(environments)) return [];
  const missing = ['staging', 'production'].filter((name) => !Object.hasOwn(environments, name));
  if (missing.length === 0) return [];
  return [`add ${missing.join(' and ')} to \`environments\` of ${CONFIG}, or write your own names into ${workflow}`];
}

function stateGaps(state: unknown, workflow: string): readonly string[] {
  if (typeof state === 'string')
    return [
      `write \`state: { git: llmci-state }\` into ${CONFIG}: the jobs commit nothing, so what they write into the folder ${state} is lost. What is in it is not moved`,
    ];
  if (!isRecord(state)) return [];
  const { postgres, remote = 'origin' } = state;
  if (typeof postgres === 'string')
    return [
      `give every job of ${workflow} the variable ${postgres.replace(/^env:/, '')}, and the package pg: \`state\` of ${CONFIG} is a database`,
    ];
  if (remote === 'origin') return [];
  return [
    `make the jobs of ${workflow} add the remote ${String(remote)}, where \`state\` of ${CONFIG} is: a checkout has origin alone`,
  ];
}

function add(place: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [`add to ${place}:`, ...lines.map((line) => `    ${line}`)];
}

/** The template of a delivery: the environments, then the state, each with its comment. */
function partsOf(template: string): readonly [readonly string[], readonly string[]] {
  const lines = linesOf(template);
  const home = lines.findIndex((line) => line.startsWith('state:')) - 1;
  return [lines.slice(0, home), lines.slice(home)];
}

function linesOf(template: string): readonly string[] {
  return template.trim().split('\n');
}
