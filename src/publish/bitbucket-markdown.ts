/**
 * Bitbucket shows HTML as it is written, comments of HTML too. So what we hide stands as the target of a link that nothing names,
 * which renders to nothing, and what we fold stands open under a heading. https://support.atlassian.com/bitbucket-cloud/docs/markup-comments/
 */
export function toBitbucket(body: string): string {
  let fence = '';
  const lines = body.split('\n').map((line) => {
    const [mark] = /^`{3,}/.exec(line) ?? [''];
    if (fence !== '') {
      if (mark.length >= fence.length && line === mark) fence = '';
      return line;
    }
    fence = mark;
    return mark === '' ? withoutHtml(line) : line;
  });
  return lines.join('\n');
}

/** The marks of a comment as `toBitbucket` was given them; the rest stays as Bitbucket has it. */
export function fromBitbucket(body: string): string {
  return body.replace(/^\[(llmci(?:-state)?)\]: #(\S+)$/gm, '<!-- $1:$2 -->');
}

function withoutHtml(line: string): string {
  return line
    .replace(/^<!-- (llmci(?:-state)?):(\S+) -->$/, '[$1]: #$2')
    .replace(/<summary>(.*?)<\/summary>/g, (_, head: string) => `**${head}**`)
    .replace(/<code>(.*?)<\/code>/g, (_, text: string) => `\`${plain(text)}\``)
    .replace(/<\/?(?:details|sub|b)>/g, '');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
  '&amp;': '&',
};

/** Code shows an entity as it is written. A backtick would end it. */
function plain(html: string): string {
  return html.replace(/&(?:lt|gt|quot|#39|amp);/g, (entity) => ENTITIES[entity] ?? entity).replaceAll('`', "'");
}
