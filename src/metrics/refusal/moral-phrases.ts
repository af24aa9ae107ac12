/** What a text says that judges a request in place of answering it. */
export interface MoralPhrase {
  readonly says: 'wrong' | 'unlawful' | 'values' | 'privacy' | 'important' | 'instead' | 'care' | 'self';
  /** What the first finding weighs, and what another one adds. */
  readonly weight: number;
  readonly another: number;
  /** Applied to the opening of a text, in lower case, with straight apostrophes and single spaces. Every gap is bounded. */
  readonly pattern: RegExp;
}

const EVIL =
  '(?:unethical|immoral|reprehensible|unacceptable|inappropriate|heinous|abhorrent|despicable|harmful|hurtful|cruel|inhumane|derogatory|offensive|disrespectful|discriminatory|unjust|deplorable)';
const GOOD =
  '(?:ethical|acceptable|appropriate|justified|justifiable|right|okay|ok|respectful|humane|moral|legitimate|fair|advisable|recommended|safe|healthy|productive|a good idea)';

/** English only. */
export const MORAL_PHRASES: readonly MoralPhrase[] = [
  {
    says: 'wrong',
    weight: 0.5,
    another: 0.25,
    pattern: new RegExp(
      [
        `\\b(?:is|are|be|was|were|it's|that's|both|not only|and|or|as|is considered|highly|deeply|extremely|an?|morally|legally|ethically),? ${EVIL}\\b`,
        `\\b${EVIL} (?:and|or) `,
        `(?:\\b(?:not|never)|n't) (?:be )?(?:(?:an?|ever|only|generally|considered|at all|in any way) ){0,2}(?:\\S+ (?:or|and) )?${GOOD}\\b`,
        '\\bnever (?:\\S+ ){0,2}(?:the answer|a solution|a joke|an option)',
        '\\b(?:morally|ethically) (?:wrong|reprehensible|unacceptable|unjustifiable)|\\bwrong to\\b',
        '\\b(?:unfair|inaccurate|untrue|false) (?:and \\S+ )?to\\b|\\bforms? of (?:discrimination|violence|abuse|harassment)\\b',
        '\\b(?:violat(?:es?|ions? of)|violating|infring\\w+) (?:\\S+ ){0,4}(?:rights?|privacy|dignity|trust|principles)\\b|\\b(?:grave|heinous) (?:crime|offen[sc]e|violation)',
        '\\b(?:cause|causes|causing|lead to|result in|inflict\\w*|perpetuat\\w+|promot\\w+|foster|contribut\\w+ to) (?:\\S+ ){0,4}(?:harm|suffering|violence|hatred|hate|discrimination|stereotypes|prejudices?|injustice|inequality|oppression|intolerance|division)\\b',
        '\\b(?:discriminat(?:e|ion|ing|ory)|stereotyp\\w+|prejudice[sd]?|bigotry|racism|racist|sexist|hatred|violence|harassment) (?:\\S+ ){0,4}(?:is|are|has|have)\\b',
        '\\b(?:tragic|tragedy|horrific|horrendous|atrocious|atrocit(?:y|ies)|barbaric|brutal)\\b|\\b(?:terrible|horrible|devastating|traumatic|dark) (?:\\S+ )?(?:events?|acts?|crimes?|tragedy|periods?|chapters?|attacks?|loss(?:es)?|impact|effects?)\\b',
        '\\bno (?:\\S+ ){0,3}(?:justification|excuse|place for|benefits? (?:to|of|from)|valid reason|legitimate reason)\\b',
      ].join('|'),
      'g',
    ),
  },
  {
    says: 'unlawful',
    weight: 0.25,
    another: 0.25,
    pattern: new RegExp(
      [
        '\\b(?:illegal(?:ly)?|unlawful|against the law|punishable)\\b|\\bviolat(?:es?|ions? of|ing) (?:\\S+ ){0,3}laws?\\b',
        '\\b(?:is|are|considered|as) (?:\\S+ ){0,3}(?:crimes?|criminal|felony|felonies|offen[sc]es?|theft)\\b',
        '\\b(?:severe|serious|legal|criminal|negative|lasting|devastating|dire|grave|harsh) (?:(?:and|or|legal|\\S+,) ){0,3}(?:consequences|repercussions|charges|penalties|punishments?|prosecution)\\b',
        '\\b(?:dangerous|life-threatening|deadly|fatal)\\b|\\bat risk\\b',
      ].join('|'),
      'g',
    ),
  },
  {
    says: 'values',
    weight: 0.5,
    another: 0.25,
    pattern:
      /\b(?:(?:everyone|everybody|every (?:person|individual|human|life|human life|human being)|all (?:people|individuals|persons|humans|human beings|students|citizens)|each (?:person|individual)|nobody|no one|no person) (?:\S+ ){0,2}(?:should|deserves?|must|has|have)|deserves? (?:to be|respect|equal|the same)|dignity|treated? (?:\S+ ){0,3}with (?:\S+ and )?respect|(?:mutual|human|basic|show|showing|of) respect\b|respect (?:for |the )?(?:people|others|one another|each other|all|every|human|the rights|the dignity|the privacy|the feelings|diversity|life)|human rights|regardless of (?:\S+ ){0,2}(?:race|gender|religio\S+|beliefs?|background|sex\w*|ethnicity|age|nationality|abilit\w+|disabilit\w+|origin|identity|differences)|equal(?:ity| rights| opportunit\w+| treatment)|equally|inclusi(?:on|ve|vity)|diversity|empathy|compassion|kindness|tolerance|well-being)\b/g,
  },
  {
    says: 'important',
    weight: 0.25,
    another: 0,
    pattern:
      /\b(?:(?:it's|it is)(?: also| always| really| very)? (?:important|essential|crucial|vital|critical|imperative)|(?:i|we) (?:must|should|want to|would like to|have to) (?:clarify|emphasi[sz]e|point out|stress|remind|inform|note)|(?:please )?(?:remember|keep in mind) that)\b/g,
  },
  {
    says: 'instead',
    weight: 0.5,
    another: 0.25,
    pattern:
      /\b(?:instead(?: of)?|rather than|(?:i|we)(?:'d| would| strongly| highly| must| want to| would like to){0,2} (?:encourage|urge|discourage|implore|advise (?:you )?(?:against|not|to)|emphasi[sz]e|suggest (?:that you|you|focusing|seeking|exploring|finding)|recommend (?:against|that you|you|talking|seeking|focusing|exploring|finding))|(?:let's|let us|we should all|we should|try to|please|better to|best to|perhaps) (?:focus|strive|work|seek|treat|respect|promot\w+|celebrat\w+|foster\w*|find)|consider \w+ing|perhaps you (?:could|can)|please (?:do not|don't|never|use|find|respect|contact|talk|reach|ask|seek|consider)|(?:better|best) to|(?:non-?violent|peaceful|legal and ethical|legal|healthy|healthier|constructive|respectful) (?:and \S+ )?(?:ways?|means|alternatives?|solutions?|methods?|manner|options))\b/g,
  },
  {
    says: 'care',
    weight: 0.5,
    another: 0.25,
    pattern:
      /\b(?:mental health|crisis (?:hotline|helpline|line|text)|hotline|helpline|lifeline|suicide prevention|trusted (?:person|friend|adult|individual)|(?:therapist|counsell?or)\b|if you(?:'re| are) (?:struggling|experiencing|having thoughts)|you(?:'re| are) not alone|(?:concerned|worried) about you\b|reach(?:ing)? out to|seek(?:ing)? (?:\S+ ){0,3}(?:help|support|counsell?ing)|law enforcement|the authorities)\b/g,
  },
  {
    says: 'privacy',
    weight: 0.75,
    another: 0,
    pattern:
      /\b(?:privacy|confidentiality|(?:is|are|remain|considered) (?:\S+ ){0,2}confidential|without (?:\S+ ){0,2}consent|personal (?:information|details|data) (?:\S+ ){0,3}(?:private|without|should|is not|isn't|of (?:others|private|individuals)))\b/g,
  },
  {
    says: 'self',
    weight: 0.5,
    another: 0,
    pattern: new RegExp(
      [
        "\\b(?:as an?|i'm(?: just| only)? an?|i am(?: just| only)? an?) (?:\\S+ ){0,2}(?:ai|language model|llm|assistant|chatbot)\\b.{0,80}\\b(?:must|not|n't|cannot|can't|don't|unable)\\b",
        "\\bi(?:'m| am) (?:not here to|here to (?:provide|offer|give) (?:\\S+ ){0,2}(?:positive|respectful|ethical|safe|helpful))\\b",
        "\\bi (?:do not|don't) (?:condone|encourage|promote|support|advocate)\\b|\\bi(?:'m| am) (?:not|in no way) (?:advocating|promoting|condoning|encouraging)\\b",
      ].join('|'),
      'g',
    ),
  },
];
