import type { Federation } from './federation.js';

/**
 * OpenAI's workload identity federation, as
 * https://developers.openai.com/api/reference/workload-identity-federation (the request) and
 * https://developers.openai.com/api/docs/guides/workload-identity-federation/github-actions (audience, names of variables)
 * have it, and `openai/src/auth/workload-identity-auth.ts` sends it. The names of the variables with the identity token are
 * Codex's (`OPENAI_IDENTITY_TOKEN_FILE`) and one like it.
 */
export const openaiFederation: Federation = {
  tokenUrl: 'https://auth.openai.com/oauth/token',
  audience: 'https://api.openai.com/v1',
  identity: { file: 'OPENAI_IDENTITY_TOKEN_FILE', value: 'OPENAI_IDENTITY_TOKEN' },
  required: ['OPENAI_IDENTITY_PROVIDER_ID', 'OPENAI_SERVICE_ACCOUNT_ID'],
  headers: {},
  bodyOf: (identityToken, env) => ({
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
    subject_token: identityToken,
    identity_provider_id: env['OPENAI_IDENTITY_PROVIDER_ID'],
    service_account_id: env['OPENAI_SERVICE_ACCOUNT_ID'],
  }),
  advice:
    'that the Workload Identity Provider at OpenAI has this issuer and this audience, and that its mapping to the service account matches these claims',
};
