const UNSEEN = /\p{Default_Ignorable_Code_Point}/gu;

const ARGUMENT = '\\s*(?:\\{([^{}]*)\\}|(\\d))';

/** What is written in TeX, HTML or a language of programs, and how the same is written in plain text. */
const SPELLINGS: readonly (readonly [RegExp, string])[] = [
  // `1{,}234`, `1\,234`
  [/\{,\}/g, ','],
  [/(?<=\d)\\[,;:! ](?=\d)/g, '\u2009'],
  [/\\(?:left|right|displaystyle)\b/g, ''],
  [/\\times\b/g, '\u00d7'],
  [/\\cdot\b/g, '\u00b7'],
  [/\\div\b/g, '\u00f7'],
  [/\\pm\b|\+\/-/g, '\u00b1'],
  [/<sup>([^<]{1,20})<\/sup>/gi, '^$1'],
  [/([_^])\{([^{}]*)\}/g, '$1$2'],
  [/\\sqrt(?:\[\d+\])?\{([^{}]*)\}/g, '\u221a$1'],
  [new RegExp(`\\\\[cdt]?frac${ARGUMENT}${ARGUMENT}`, 'g'), ' $1$2/$3$4'],
  [/\u2044/g, '/'],
  // a power, where no second pair of stars makes it bold
  [/(?<=[a-z\d])\*\*(?=\d)(?![\d.,]*\*\*)/gi, '^'],
];

/** The text with its formulas as plain text has them: `\frac{1}{2}` is ` 1/2`, `10^{-3}` is `10^-3`. */
export function plainMath(text: string): string {
  return SPELLINGS.reduce((written, [pattern, plain]) => written.replace(pattern, plain), text.replace(UNSEEN, ''));
}
