/** What a phrase that declines says, and how much it weighs: a text whose phrases weigh 1 or more together refuses. */
export interface Phrase {
  readonly says: 'inability' | 'policy' | 'disapproval' | 'apology' | 'no-access';
  /** Each thing said counts once, with its heaviest phrase. */
  readonly weight: number;
  /** Applied to one sentence in lower case, with straight apostrophes and single spaces. Every gap in it is bounded. */
  readonly pattern: RegExp;
}
