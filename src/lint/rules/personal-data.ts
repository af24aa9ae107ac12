import { eachText, withoutTags } from '../each-prompt.js';
import { defineRule } from '../rule.js';

export const personalData = defineRule({
  id: 'personal-data',
  group: 'text',
  describe:
    'Data of a person in a message, which every call sends to the provider: a number whose check digits say that it is a payment card or a bank account (IBAN), a social security number, or an address at a mail service for private people. Numbers that are published for tests, and names that are made up, are left alone.',
  severity: 'warn',
  check: eachText(({ text, spot }) => {
    const plain = withoutTags(text);
    const cards = [...plain.matchAll(/(?<![\w.-])\d(?:[ -]?\d){12,18}(?![\w-]|\.\d)/g)].filter(([digits]) =>
      isCard(digits),
    );
    const accounts = [...plain.matchAll(/\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b/g)].filter(
      ([iban]) => isIban(iban),
    );
    const mails = [...plain.matchAll(MAIL)].filter(({ 1: name = '' }) => !MADE_UP.test(name));
    const numbers = [
      ...plain.matchAll(/(?<![\w.-])(?!000|666|9\d\d)\d{3}-(?!00)\d\d-(?!0000)\d{4}(?![\w-]|\.\d)/g),
    ].filter(([written]) => !PUBLISHED.includes(written));
    return [
      ...mails.map(({ index }) => ({ index, what: 'the mail address of a person' })),
      ...numbers.map(({ index }) => ({ index, what: 'a social security number' })),
      ...cards.map(({ index }) => ({ index, what: 'the number of a payment card' })),
      ...accounts.map(({ index }) => ({ index, what: 'the number of a bank account' })),
    ].map(({ index, what }) => ({
      spot: { ...spot, offset: index },
      message: `${what} stands here, and is sent with every call: take one that is made up`,
    }));
  }),
  examples: {
    bad: [
      {
        describe: 'an account in an example',
        prompt: `messages:
  - role: system
    content: |
      Answers look like this:
      We have paid to GB33 BUKB 2020 1555 5555 55.
  - { role: user, content: "{{ ticket }}" }
`,
        finds: 'GB33',
      },
      {
        describe: 'who wrote the example',
        prompt: 'messages: [{ role: user, content: "Answer as you did h.wrobel71@gmail.com. {{ ticket }}" }]\n',
        finds: 'h.wrobel71',
      },
    ],
    good: [
      {
        describe: 'a number for tests, an order, a telephone number',
        prompt: `messages:
  - role: system
    content: Cards look like 4111 1111 1111 1111, orders like 1234567890123. Call +1-800-555-0142, write to support@acme.com or jane.doe@gmail.com. Like 123-45-6789.
  - { role: user, content: "{{ ticket }}" }
`,
      },
    ],
  },
});

/** Addresses at services for private people; those of companies are for everybody. */
const MAIL =
  /\b([\w.+-]+)@(?:(?:gmail|googlemail|hotmail|outlook|live|yahoo|ymail|icloud|me|aol|gmx|web|t-online|protonmail|proton|mail|yandex|qq|163|126|naver|hanmail|comcast|verizon|att|sbcglobal|btinternet|sky|orange|wanadoo|free|laposte|sfr|libero|tiscali|virgilio|alice|freenet|arcor|bluewin|telenet|skynet|ziggo|kpnmail|planet|home|wp|onet|interia|seznam|bol|uol|terra|rediffmail|bigpond|rogers|shaw)\.(?:com|de|net|org|ru|me|co\.uk|co\.jp|com\.br|com\.au|fr|it|es|at|ch|be|nl|pl|cz|ca|in))\b/gi;
/** Names that everybody takes for an example. */
const MADE_UP =
  /^(?:x+|(?:my|your|some|first|last|the)?[._-]?(?:name|user(?:name)?|mail|e-?mail|test|example|foo|bar|address|someone|somebody|customer|client|support|info|me|you)\d*|[a-z]|(?:john|jane|joe|max|erika|maria|juan|jean|alice|bob|ada)[._-]?(?:doe|smith|mustermann|musterfrau|lovelace|perez|dupont|example)?\d*|jdoe|jsmith|first[._-]?last|(?:abc|xyz)\d*)$/i;
/** Social security numbers that were published, as in advertisements. */
const PUBLISHED = ['123-45-6789', '078-05-1120', '219-09-9999', '111-11-1111', '222-22-2222', '123-12-1234'];

/** Numbers that networks and payment services publish for tests. */
const FOR_TESTS =
  /^(?:4(?:1{15}|2{15}|0{11}\d{4}|012888888881881|24242424242424\d?\d?)|5(?:5{15}|105105105105100|454545454545454)|37828224631000?5|371449635398431|6011(?:1{12}|000990139424)|3530111333300000|(\d)\1+)$/;

/** Whether a number has the length, the first digits and the check digit of a card (ISO/IEC 7812, Luhn 1954). */
function isCard(written: string): boolean {
  const digits = written.replace(/\D/g, '');
  if (!/^(?:4\d{12}(?:\d{3})?|5[1-5]\d{14}|3[47]\d{13}|6011\d{12})$/.test(digits) || FOR_TESTS.test(digits))
    return false;
  const sum = [...digits].reverse().reduce((total, digit, index) => {
    const twice = Number(digit) * (index % 2 === 1 ? 2 : 1);
    return total + (twice > 9 ? twice - 9 : twice);
  }, 0);
  return sum % 10 === 0;
}

/** Whether the check digits of an IBAN are right (ISO 13616: the remainder of its number by 97 is 1). */
function isIban(written: string): boolean {
  const iban = written.replaceAll(' ', '');
  if (iban.length < 15 || iban.length > 34) return false;
  const turned = `${iban.slice(4)}${iban.slice(0, 4)}`;
  const digits = [...turned].map((sign) => Number.parseInt(sign, 36)).join('');
  return [...digits].reduce((rest, digit) => (rest * 10 + Number(digit)) % 97, 0) === 1;
}
