/** Runs in the browser: texts and signs whose contrast is too low (WCAG 2.2, 1.4.3 and 1.4.11). */
export function measureContrasts(): { checked: number; weak: string[] } {
  const numbersOf = (color: string) => (color.match(/[\d.]+/g) ?? []).map(Number);
  const luminance = (color: string) => {
    const [r = 0, g = 0, b = 0] = numbersOf(color).map((channel) => {
      const share = channel / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (a: string, b: string) => {
    const [low = 0, high = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
    return (high + 0.05) / (low + 0.05);
  };
  const groundOf = (element: Element): string => {
    for (let at: Element | null = element; at !== null; at = at.parentElement) {
      const color = getComputedStyle(at).backgroundColor;
      if (numbersOf(color)[3] !== 0) return color;
    }
    return 'rgb(255, 255, 255)';
  };
  const weak: string[] = [];
  let checked = 0;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const element = node.parentElement;
    if (element === null || node.textContent?.trim() === '' || element.closest('script, style, noscript, title'))
      continue;
    if (element.matches(':disabled, :disabled *') || element.getClientRects().length === 0) continue;
    const style = getComputedStyle(element);
    const color = element.closest('svg') ? style.fill : style.color;
    const size = Number.parseFloat(style.fontSize);
    const least = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700) ? 3 : 4.5;
    const found = contrast(color, groundOf(element));
    checked++;
    if (found < least) weak.push(`${found.toFixed(2)} ${element.tagName} "${node.textContent?.slice(0, 30)}"`);
  }
  for (const shape of document.querySelectorAll('.mark .shape, .gate-picture circle, .gate-picture .threshold')) {
    const style = getComputedStyle(shape);
    const found = contrast(style.fill === 'none' || shape.matches('line') ? style.stroke : style.fill, groundOf(shape));
    checked++;
    if (found < 3) weak.push(`${found.toFixed(2)} ${shape.parentElement?.getAttribute('class')}`);
  }
  return { checked, weak };
}
