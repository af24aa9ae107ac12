import { eld } from 'eld/extrasmall';
import { describe, expect, it } from 'vitest';
import { scoreOf } from '../../test/helpers/score.js';
import { metricEntrySchema } from './access.js';
import { LANGUAGES } from './language/codes.js';
import { language } from './language.js';

const score = (output: string, params: object) => scoreOf(language, { params, output });

const SENTENCES: readonly (readonly [code: string, sentences: readonly string[]])[] = [
  [
    'en',
    ['The shop is open until six.', 'I would like to return these shoes.', 'Your order will arrive on Monday morning.'],
  ],
  [
    'de',
    ['Der Laden ist bis sechs Uhr geöffnet.', 'Ich möchte diese Schuhe zurückgeben.', 'Vielen Dank für Ihre Hilfe.'],
  ],
  [
    'fr',
    [
      "Le magasin est ouvert jusqu'à six heures.",
      'Je voudrais rendre ces chaussures.',
      'Merci beaucoup pour votre aide.',
    ],
  ],
  ['es', ['La tienda está abierta hasta las seis.', 'Quiero devolver estos zapatos.', 'Su pedido llegará el lunes.']],
  ['it', ['Il negozio è aperto fino alle sei.', 'Vorrei restituire queste scarpe.', 'Il suo ordine arriverà lunedì.']],
  ['pt', ['A loja está aberta até às seis.', 'Gostaria de devolver estes sapatos.', 'Muito obrigado pela sua ajuda.']],
  ['nl', ['De winkel is open tot zes uur.', 'Ik wil deze schoenen terugsturen.', 'Hartelijk dank voor uw hulp.']],
  ['pl', ['Sklep jest otwarty do szóstej.', 'Chciałbym zwrócić te buty.', 'Bardzo dziękuję za pomoc.']],
  ['sv', ['Butiken är öppen till klockan sex.', 'Jag vill lämna tillbaka skorna.', 'Tack så mycket för hjälpen.']],
  ['tr', ['Mağaza saat altıya kadar açık.', 'Bu ayakkabıları iade etmek istiyorum.', 'Yardımınız için teşekkürler.']],
  ['ru', ['Магазин открыт до шести часов.', 'Я хочу вернуть эти туфли.', 'Большое спасибо за помощь.']],
  ['ja', ['店は六時まで開いています。', 'この靴を返品したいのですが。', 'ご協力ありがとうございました。']],
  ['zh', ['三十天内可以退货。', '商店营业到六点。']],
  ['ko', ['가게는 여섯 시까지 엽니다.']],
  ['ar', ['المتجر مفتوح حتى الساعة السادسة.']],
  ['he', ['החנות פתוחה עד השעה שש בערב.']],
];

describe('language', () => {
  it('knows the languages that the detector knows', () => {
    expect([...LANGUAGES].sort()).toEqual(Object.values(eld.info().Languages).sort());
  });

  it.each(SENTENCES.flatMap(([code, sentences]) => sentences.map((sentence) => [code, sentence] as const)))(
    'takes for %s: %s',
    async (code, sentence) => {
      expect((await score(sentence, { is: code })).value).toBe(1);
      expect((await score(sentence, { is: code === 'en' ? 'fi' : 'en' })).value).toBe(0);
    },
  );

  it.each(['OK', '12345', '👍👍👍', 'la la la', '\ud83d', '{"a": 1}'])('is not applicable to %.10j', async (text) => {
    expect(await score(text, { is: 'en' })).toEqual({
      value: null,
      notApplicable: true,
      reason: expect.stringMatching(/too few|cannot be told/),
    });
  });

  it.each(['', 'a'.repeat(1_000_000)])('gives no score for %.10j', async (text) => {
    expect(await score(text, { is: 'en' })).toEqual({
      value: null,
      reason: expect.stringMatching(/too few|cannot be told/),
    });
  });

  it('goes by most of the text, and says how much of it', async () => {
    const german = 'Sie können die Schuhe innerhalb von dreißig Tagen zurückgeben. ';
    const english = 'You can return the shoes within thirty days of delivery. ';
    expect(await score(english.repeat(50) + german.repeat(100), { is: 'en' })).toMatchObject({
      value: 0,
      reason: 'is in de, not in en',
      detail: { language: 'de', shares: { de: expect.closeTo(0.6, 1), en: expect.closeTo(0.4, 1) } },
    });
  });

  it('leaves code and addresses out', async () => {
    const text =
      'Rufen Sie bitte `returnTheSumOfAllTheNumbers()` auf, wie hier beschrieben: https://example.com/how/to/call/the/function/in/english';
    expect((await score(text, { is: 'de' })).value).toBe(1);
  });

  it('judges short texts when told to', async () => {
    expect((await score('Das geht leider.', { is: 'de' })).value).toBeNull();
    expect((await score('Das geht leider.', { is: 'de', minLength: 5 })).value).toBe(1);
  });

  it('knows no other codes', () => {
    const parse = (is: unknown) => metricEntrySchema(language).safeParse({ metric: 'language', is }).success;
    expect([parse('de'), parse(['de', 'en'])]).toEqual([true, true]);
    expect([parse('german'), parse([]), parse(['de', 'xx']), parse(undefined)]).toEqual([false, false, false, false]);
  });
});
