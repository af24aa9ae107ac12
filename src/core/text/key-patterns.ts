/** A shape of keys that a service is known to issue. */
export interface KeyPattern {
  readonly kind: string;
  /** Global. Begins with a literal and repeats single classes only, so that it takes linear time on any text. */
  readonly pattern: RegExp;
  /** Whether a match is really a key; left out where the shape alone says so. Redaction does without. */
  readonly confirm?: (match: string) => boolean;
}

/**
 * THE list of key shapes, the particular before the general. Error messages of services like to repeat keys, so they
 * are redacted by it; the metric `secrets` looks for the same shapes in outputs.
 */
export const KEY_PATTERNS: readonly KeyPattern[] = [
  {
    kind: 'private-key',
    pattern:
      /-----BEGIN (?:[A-Z]{2,10} ){0,3}PRIVATE KEY(?: BLOCK)?-----[A-Za-z0-9+/=\s\\:,]{0,20000}(?:-----END (?:[A-Z]{2,10} ){0,3}PRIVATE KEY(?: BLOCK)?-----)?/g,
    // a text may speak of the line without giving a key
    confirm: (match) => /[A-Za-z0-9+/]{40}/.test(match),
  },
  {
    kind: 'jwt',
    // the lookbehind leaves one start in every run of such characters
    pattern: /(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{16,}/g,
    confirm: (match) => isTokenHeader(match.slice(0, match.indexOf('.'))),
  },
  { kind: 'anthropic', pattern: /\bsk-ant-[A-Za-z0-9_-]{16,}/g, confirm: looksRandom },
  { kind: 'openai', pattern: /\bsk-(?:proj-|svcacct-|admin-|or-)?[A-Za-z0-9_-]{16,}/g, confirm: looksRandom },
  { kind: 'google', pattern: /\bAIza[A-Za-z0-9_-]{30,}/g },
  { kind: 'google', pattern: /\bya29\.[A-Za-z0-9_-]{20,}|\bGOCSPX-[A-Za-z0-9_-]{20,}/g, confirm: looksRandom },
  { kind: 'github', pattern: /\bgh[pousr]_[A-Za-z0-9]{30,}/g },
  { kind: 'github', pattern: /\bgithub_pat_[A-Za-z0-9_]{30,}/g },
  {
    kind: 'gitlab',
    pattern: /\bgl(?:pat|ptt|dt|rt|cbt|soat|ft|agent|oas|feat|imt)-[A-Za-z0-9_-]{20,}/g,
    confirm: looksRandom,
  },
  { kind: 'hugging-face', pattern: /\bhf_[A-Za-z0-9]{30,}/g },
  { kind: 'slack', pattern: /\bxox[abeoprs]-[A-Za-z0-9-]{10,}|\bxapp-\d-[A-Za-z0-9-]{20,}/g },
  { kind: 'slack', pattern: /\bhooks\.slack\.com\/(?:services|workflows|triggers)\/[A-Za-z0-9_/-]{20,}/g },
  { kind: 'aws', pattern: /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g },
  {
    kind: 'aws',
    pattern: /\baws_secret_access_key["']?[ \t]{0,8}[=:][ \t]{0,8}["']?[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+])/gi,
  },
  { kind: 'azure', pattern: /\bAccountKey=[A-Za-z0-9+/]{80,}={0,2}/g },
  { kind: 'stripe', pattern: /\b[rs]k_(?:live|test)_[A-Za-z0-9]{16,}|\bwhsec_[A-Za-z0-9+/]{24,}/g },
  { kind: 'npm', pattern: /\bnpm_[A-Za-z0-9]{30,}/g },
  { kind: 'pypi', pattern: /\bpypi-[A-Za-z0-9_-]{50,}/g },
  { kind: 'groq', pattern: /\bgsk_[A-Za-z0-9]{30,}/g },
  { kind: 'xai', pattern: /\bxai-[A-Za-z0-9]{40,}/g },
  { kind: 'perplexity', pattern: /\bpplx-[A-Za-z0-9]{30,}/g },
  { kind: 'replicate', pattern: /\br8_[A-Za-z0-9]{30,}/g },
  { kind: 'sendgrid', pattern: /\bSG\.[A-Za-z0-9_-]{20,24}\.[A-Za-z0-9_-]{40,50}/g },
  { kind: 'twilio', pattern: /\bSK[0-9a-f]{32}\b/g },
  { kind: 'telegram', pattern: /\b\d{8,10}:AA[A-Za-z0-9_-]{33}(?![A-Za-z0-9_-])/g },
  { kind: 'digitalocean', pattern: /\bdo[opr]_v1_[a-f0-9]{40,}/g },
  { kind: 'shopify', pattern: /\bshp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}/g },
  { kind: 'databricks', pattern: /\bdapi[a-f0-9]{32}/g },
  { kind: 'bearer-token', pattern: /\b[Bb]earer\s+[A-Za-z0-9._~+/-]{16,}=*/g, confirm: looksRandom },
];

/** Keys are drawn at random: names in the same shape, such as `sk-estimator-doc-link`, have no digit or few letters. */
function looksRandom(match: string): boolean {
  return /\d/.test(match) && new Set(match).size >= 10;
}

function isTokenHeader(encoded: string): boolean {
  try {
    const header: unknown = JSON.parse(Buffer.from(encoded, 'base64url').toString());
    return header !== null && typeof header === 'object' && ('alg' in header || 'typ' in header);
  } catch {
    return false;
  }
}
