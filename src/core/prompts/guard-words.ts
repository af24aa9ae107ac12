import { forbidsAbroad } from './guard-languages.js';

/**
 * THE word lists by which instructions are read, in English. Of other languages only prohibitions are known, and words that
 * leave room; all else has the risk of the message that it stands in.
 */

interface Topic {
  readonly topic: string;
  readonly pattern: RegExp;
}

/** What forbids, whatever it is about. */
const PROHIBITS =
  /\b(?:never|do not|don't|does not|must not|mustn't|may not|should not|shouldn't|cannot|can't|under no circumstances|not allowed|not permitted|forbidden|prohibited|no exceptions?|only)\b/;

/** What makes a sentence a guard, by what it guards; the first that fits names it. */
const GUARDS: readonly Topic[] = [
  {
    topic: 'safety',
    pattern:
      /\b(?:safety|unsafe|dangerous|danger|emergenc\w+|injur\w+|self-harm|suicid\w+|harm\w*|weapons?|poison\w*|minors?|underage|child(?:ren)? safety|(?:medical|legal|financial|investment|tax) advice|not a (?:doctor|lawyer|physician)|(?:see|consult|ask|talk to) a (?:doctor|lawyer|physician|pharmacist|professional)|911|hotline|violen\w+|hate(?:ful)? (?:speech|content)|toxic\w*|offensive|explicit content|sexual\w*|illegal\w*|unlawful|explosives?|malware|dosages?)\b/,
  },
  {
    topic: 'privacy',
    pattern:
      /\b(?:privacy|private|personal (?:data|information|details)|confidential\w*|passwords?|card numbers?|security codes?|social security|secrets?|credentials?|api keys?|pii|(?:another|other) (?:customer|user|person|people|account)\w*|redact\w*|anonymi[sz]\w*|gdpr|hipaa|mask(?:s|ed|ing)? (?:\w+ ){0,3}(?:names?|numbers?|addresses|mails?|data)|(?:reveal|disclos|leak)\w*|(?:e-?mail|home|postal) address\w*|(?:phone|account|passport) numbers?|date of birth|to yourself)\b/,
  },
  {
    topic: 'escalation',
    pattern:
      /\b(?:escalat\w+|hand(?:s|ed)? (?:it |them |this )?(?:over|off)|human|colleague|supervisor|real person|transfer\w* (?:\w+ ){0,3}to|call our|(?:pass|forward|rout|refer|redirect|direct|hand|escalat)\w* (?:\w+ ){0,4}(?:to|on to) (?:\w+ ){0,3}(?:agents?|teams?|managers?|person|people|someone|support|staff|specialists?|representatives?|operators?|desk|reviewers?)|(?:connect|put) (?:\w+ ){0,3}(?:with|through to) (?:\w+ ){0,3}(?:agents?|person|someone|support|specialists?|representatives?|operators?)|(?:tell|notify|alert|inform|involve|contact|ask|page) (?:an? |the |our |your )?(?:\w+ )?(?:agents?|managers?|team|support|staff|moderators?|on-call|admins?)|open (?:an? |the )?ticket)\b/,
  },
  {
    topic: 'injection',
    pattern:
      /\b(?:never an? (?:instruction|command)|not an? (?:instruction|command)|(?:ignore|disregard|follow)\w* (?:\w+ ){0,3}instructions?|prompt injection|system prompt|(?:these|your|the) (?:rules|instructions)|untrusted)\b/,
  },
  {
    topic: 'refusal',
    pattern:
      /\b(?:refus\w+|declin\w+|reject\w*|off[- ]topic|out of scope|(?:cannot|can't|can not|unable to|not able to) (?:help|assist|answer|do that)|not (?:answer|comply|engage|respond)|turn (?:\w+ ){0,4}down|say no|no help with|(?:say|admit|tell \w+) (?:so|that you (?:do not|don't) know)|i (?:do not|don't) know)\b/,
  },
  {
    topic: 'prohibition',
    pattern: PROHIBITS,
  },
];

/** What gives leave outright, and not on a condition. */
const GIVES = /\b(?:you (?:may|can|could)(?! not)|(?:allowed|permitted|free) to|feel free)\b/;

/** What binds. */
const STRONG =
  /\b(?:never|always|must|do not|don't|cannot|can't|only|required?|shall|under no circumstances|no exceptions?|strictly|forbidden|prohibited|exactly|every|without exception)\b/g;

/** What leaves room. */
const WEAK =
  /\b(?:should|try|avoid|prefer\w*|usually|generally|normally|typically|if possible|where possible|ideally|where appropriate|when appropriate|as appropriate|consider|might|aim to|rarely|mostly|in general|unless|except)\b/g;

/** What gives leave. */
const PERMISSION =
  /\b(?:you (?:may|can|could)(?! not)|(?:are|is) (?:now )?(?:allowed|permitted|free|authori[sz]ed) to|feel free|at your (?:own )?discretion|without (?:asking|confirm\w+|approval|checking|permission)|regardless of|no limits?|unlimited|full access|whatever (?:they|the (?:user|customer)) (?:asks?|wants?)|on request|unless|except)\b/g;

/** What takes back other rules; who is told of users that ask for it is warned of it. */
const OVERRIDES =
  /\b(?:ignor|disregard|forget|overrid|bypass)\w* (?:\w+ ){0,3}(?:rules?|instructions?|guidelines?|restrictions?|polic(?:y|ies)|limits?|above)\b/;
const ABOUT_USERS =
  /\b(?:requests?|attempts?|asks?|asked|tells?|tries|users?|customers?|messages?|text|content|documents?|input|if|any)\b/;

/** Letters as the lists have them: small, with a straight apostrophe. */
function plain(sentence: string): string {
  return sentence.toLowerCase().replace(/[‘’ʼ]/g, "'").replace(/\s+/g, ' ');
}

/** What a sentence guards: safety, privacy, escalation, injection, refusal or any prohibition; null when it is no guard. */
export function guardTopic(sentence: string): string | null {
  const text = plain(sentence);
  const found = GUARDS.find(({ pattern }) => pattern.test(text))?.topic ?? null;
  if (found === null) return forbidsAbroad(sentence).forbids > 0 ? 'prohibition' : null;
  // `You may share the address of other customers` guards nothing
  const gives = (found === 'privacy' || found === 'safety') && GIVES.test(text);
  return gives && !PROHIBITS.test(text) ? null : found;
}

/** How binding a sentence is: words that bind less words that leave room. */
export function strengthOf(sentence: string): number {
  const text = plain(sentence);
  const { forbids, leavesRoom } = forbidsAbroad(sentence);
  return (text.match(STRONG)?.length ?? 0) + forbids - (text.match(WEAK)?.length ?? 0) - leavesRoom;
}

/** How often a sentence gives leave. */
export function permissionsIn(sentence: string): number {
  const text = plain(sentence);
  const overrides = OVERRIDES.test(text) && !PROHIBITS.test(text) && !ABOUT_USERS.test(text);
  return (text.match(PERMISSION)?.length ?? 0) + (overrides ? 1 : 0);
}
