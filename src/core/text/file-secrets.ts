import type { KeyPattern } from './key-patterns.js';

/** An address with a user and a password: scheme, user, password, host. */
const ADDRESS =
  /\b[a-z][a-z0-9+.-]{1,20}:\/\/([^\s:@/"'<>{}$%]{0,64}):([^\s@/"'<>{}$%]{6,128})@([A-Za-z0-9.-]{3,253})/g;
/** Of this machine, of a network of containers, or of documentation. */
const NOWHERE =
  /^(?:localhost|127\.[\d.]+|0\.0\.0\.0|host\.docker\.internal|[^.]+|(?:.+\.)?example(?:\.\w+)?|.+\.(?:test|local|invalid))$/i;
/** What people write in place of a password. */
const PLACE_HOLDERS =
  /^(?:(?:my|your|the|a|db|user|test|super|admin|root|postgres|mysql|mongo|redis|app)?[_-]?(?:pass(?:word|wd)?|pwd|secret|token|key|user(?:name)?|credentials?|test)\d{0,4}|changeme|letmein|guest|postgres|x{3,}|\*{3,}|\.{3,})$/i;

/**
 * Secrets that stand in files that people write, and that answers of models hardly hold: passwords in addresses, and keys of
 * services that prompts and suites are set up with. They are looked for by `llmci lint` alone, beside `KEY_PATTERNS`:
 * redaction and the metric `secrets` read every answer, and a longer list would make scores others than before.
 */
export const FILE_SECRETS: readonly KeyPattern[] = [
  { kind: 'password in an address', pattern: ADDRESS, confirm: isPassword },
  { kind: 'linear', pattern: /\blin_(?:api|oauth)_[A-Za-z0-9]{32,}/g },
  { kind: 'notion', pattern: /\b(?:ntn_[A-Za-z0-9]{40,}|secret_[A-Za-z0-9]{43}\b)/g },
  { kind: 'figma', pattern: /\bfig[dur]_[A-Za-z0-9_-]{36,}/g },
  { kind: 'docker', pattern: /\bdckr_(?:pat|oat)_[A-Za-z0-9_-]{24,}/g },
  { kind: 'hubspot', pattern: /\bpat-(?:na|eu|ap)\d-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g },
  { kind: '1password', pattern: /\bops_eyJ[A-Za-z0-9+/=_-]{200,}/g },
  { kind: 'vercel', pattern: /\bvcp_[A-Za-z0-9]{40,}/g },
  { kind: 'langsmith', pattern: /\blsv2_(?:pt|sk)_[0-9a-f]{32}_[0-9a-f]{8,}/g },
  { kind: 'pinecone', pattern: /\bpcsk_[A-Za-z0-9_]{40,}/g },
  { kind: 'tavily', pattern: /\btvly-(?:dev-|prod-)?[A-Za-z0-9]{28,}/g },
  { kind: 'supabase', pattern: /\bsbp_[0-9a-f]{40}\b|\bsb_secret_[A-Za-z0-9_-]{20,}/g },
  { kind: 'vault', pattern: /\bhvs\.[A-Za-z0-9_-]{80,}/g },
  { kind: 'doppler', pattern: /\bdp\.(?:pt|st|ct|sa)\.[A-Za-z0-9_.]{40,}/g },
  { kind: 'sentry', pattern: /\bsntry[su]_[A-Za-z0-9+/=_]{60,}/g },
  { kind: 'grafana', pattern: /\bgl(?:sa|c)_[A-Za-z0-9_+/=]{32,}/g },
  { kind: 'npm', pattern: /:_authToken=(?!\$)[A-Za-z0-9_-]{30,}/g },
  { kind: 'azure', pattern: /(?<![\w~.-])[\w~.-]{3}\dQ~[\w~.-]{31,34}(?![\w~.-])/g },
  { kind: 'age', pattern: /\bAGE-SECRET-KEY-1[0-9A-Z]{58}\b/g },
  { kind: 'cerebras', pattern: /\bcsk-[a-z0-9]{40,}/g },
];

function isPassword(address: string): boolean {
  const [, user = '', password = '', host = ''] = new RegExp(ADDRESS.source).exec(address) ?? [];
  return !NOWHERE.test(host) && password !== user && !PLACE_HOLDERS.test(password);
}
