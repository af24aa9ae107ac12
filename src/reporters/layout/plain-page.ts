import { printableLine } from '../../core/text/printable.js';
import { Html, html } from './html-text.js';

/** No script, no request: whatever a model or a prompt says, the page does nothing. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/** How a page begins that needs no other file and runs nothing; `END_OF_PAGE` ends it. The style is our own. */
export function startPage(title: string, style: string): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${printableLine(title, 120)}</title>
<style>${new Html(style)}</style>
</head>
<body>
<main>
`;
}

export const END_OF_PAGE = '</main>\n</body>\n</html>\n';
