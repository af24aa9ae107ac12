import { expect, it } from 'vitest';
import { Page } from './page.js';

const same = (text: string) => text;

it.each([40, 80, 200])('a text of our own stands whole in %d columns, one of others is cut and says so', (columns) => {
  const text = Array.from({ length: 90 }, (_, place) => `word${place}`).join(' ');
  const page = new Page({ write: async () => undefined, columns, color: false });
  page.paragraph(text, same, '  • ');
  expect(page.text().replace(/\s+/g, ' ')).toBe(` • ${text} `);
  const cut = new Page({ write: async () => undefined, columns, color: false });
  cut.paragraph(text, same, '', 1);
  expect(cut.text()).toMatch(/^word0 .*…\n$/s);
  expect(cut.text()).not.toContain('word89');
});
