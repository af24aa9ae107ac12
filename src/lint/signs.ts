/** Characters that nobody sees and that no script needs: what is left of copying, or put there to hide words in. */
export const INVISIBLE =
  /[\u00ad\u180e\u200b\u2060-\u2064\ufeff]|(?<![\u{1f3f4}\u{e0020}-\u{e007f}])[\u{e0000}-\u{e007f}]+/gu;

/** Characters that show text in another order than the one in which the model reads it (Boucher and Anderson 2021). */
export const REORDERING = /[\u202a-\u202e\u2066-\u2069]/gu;
