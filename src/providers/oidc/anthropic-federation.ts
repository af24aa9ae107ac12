import type { Federation } from './federation.js';

/** What a request with an access token has to carry: `OAUTH_API_BETA_HEADER` of `@anthropic-ai/sdk`. */
const TOKEN_BETA = 'oauth-2025-04-20';

/**
 * Anthropic's workload identity federation, as https://platform.claude.com/docs/en/manage-claude/wif-reference (request,
 * names of variables) and https://platform.claude.com/docs/en/manage-claude/wif-providers/github-actions (audience) have it,
 * and `@anthropic-ai/sdk/src/lib/credentials/oidc-federation.ts` sends it. The token endpoint is that of the API.
 */
export function anthropicFederation(baseUrl: string): Federation {
  return {
    tokenUrl: `${baseUrl}/v1/oauth/token`,
    audience: 'https://api.anthropic.com',
    identity: { file: 'ANTHROPIC_IDENTITY_TOKEN_FILE', value: 'ANTHROPIC_IDENTITY_TOKEN' },
    required: ['ANTHROPIC_FEDERATION_RULE_ID', 'ANTHROPIC_ORGANIZATION_ID', 'ANTHROPIC_SERVICE_ACCOUNT_ID'],
    headers: { 'anthropic-beta': `${TOKEN_BETA},oidc-federation-2026-04-01` },
    bodyOf: (identityToken, env) => ({
      grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
      assertion: identityToken,
      federation_rule_id: env['ANTHROPIC_FEDERATION_RULE_ID'],
      organization_id: env['ANTHROPIC_ORGANIZATION_ID'],
      service_account_id: env['ANTHROPIC_SERVICE_ACCOUNT_ID'],
      workspace_id: env['ANTHROPIC_WORKSPACE_ID'],
    }),
    advice:
      'that the federation rule at Anthropic has this issuer and audience and matches this subject, and ANTHROPIC_WORKSPACE_ID when it is for several workspaces',
  };
}

/** Headers of a call with an access token. What the configuration gives in `anthropic-beta` stays. */
export function withTokenBeta(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const given = headers['anthropic-beta'];
  return { ...headers, 'anthropic-beta': given === undefined ? TOKEN_BETA : `${given},${TOKEN_BETA}` };
}
