// What the pictures of the guides are drawn with.

const INK = '#1f2933';
export const PALE = '#8a97a6';
export const LINE = '#d5dbe2';
export const GREEN = '#1a7f4b';
export const AMBER = '#b7791f';
export const RED = '#c0342b';
export const BLUE = '#2563a8';

export function picture(width: number, height: number, title: string, parts: readonly string[]): string {
  const style = 'font-family="system-ui, -apple-system, Segoe UI, Roboto, Helvetica, Arial, sans-serif" font-size="14"';
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" ${style}>`,
    `<title>${title}</title>`,
    // White, since a reader's page may be dark
    `<rect width="${width}" height="${height}" rx="8" fill="#ffffff"/>`,
    text(24, 34, title, { weight: 700, size: 17 }),
    ...parts,
    '</svg>',
    '',
  ].join('\n');
}

interface TextStyle {
  readonly anchor?: 'start' | 'middle' | 'end';
  readonly fill?: string;
  readonly weight?: number;
  readonly size?: number;
}

export function text(x: number, y: number, content: string, style: TextStyle = {}): string {
  const { anchor = 'start', fill = INK, weight = 400, size = 14 } = style;
  const look = `text-anchor="${anchor}" fill="${fill}" font-weight="${weight}" font-size="${size}"`;
  return `<text x="${fixed(x)}" y="${fixed(y)}" ${look}>${content.replaceAll('<', '&lt;')}</text>`;
}

export function line(x1: number, y1: number, x2: number, y2: number, stroke: string, width = 1, dash = ''): string {
  const dashes = dash ? ` stroke-dasharray="${dash}"` : '';
  return `<line x1="${fixed(x1)}" y1="${fixed(y1)}" x2="${fixed(x2)}" y2="${fixed(y2)}" stroke="${stroke}" stroke-width="${width}"${dashes}/>`;
}

export function circle(x: number, y: number, radius: number, fill: string): string {
  return `<circle cx="${fixed(x)}" cy="${fixed(y)}" r="${radius}" fill="${fill}"/>`;
}

export function percent(share: number, digits = 1): string {
  return `${Number((100 * share).toFixed(digits))}%`;
}

export function signed(value: number, digits = 1): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(digits)}`;
}

/** One decimal, so that rounding errors change no byte. */
export function fixed(value: number): string {
  return String(Number(value.toFixed(1)));
}
