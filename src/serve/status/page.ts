import { readBuiltPage } from '../../reporters/layout/built-page.js';

export interface StatusPage {
  readonly html: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** The page of status. It holds nothing of any state: its script asks for that. Rejects in a clone that was not built. */
export async function readStatusPage(): Promise<StatusPage> {
  const { script, style, sources } = await readBuiltPage('status-page');
  const policy = [
    "default-src 'none'",
    `script-src ${sources.script}`,
    `style-src ${sources.style}`,
    "connect-src 'self'",
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
  const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>llmci serve</title>
<link rel="icon" href="data:,">
<style>${style}</style>
</head>
<body>
<div id="app"><p class="quiet loading">Asking the gateway…</p></div>
<noscript><p>The status is shown by a script, which this browser does not run. GET /-/status has it as JSON.</p></noscript>
<script>${script}</script>
</body>
</html>
`;
  return {
    html,
    headers: {
      'content-security-policy': policy,
      'cache-control': 'no-store',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
    },
  };
}
