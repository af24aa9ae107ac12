import { changePrompt } from '../core/prompts/prompt-change.js';
import { riskOf } from '../core/prompts/risk.js';
import { promptFromAsked } from '../core/requests/asked-prompt.js';
import { equalJson } from '../core/text/json-value.js';
import type { Risk } from '../model/prompt.js';
import type { PromptState } from '../model/prompt-change.js';
import type { Release } from '../model/release.js';

/** The risk of a release in place of what is live; null stands for nothing. What cannot be read is of high risk. */
export function riskOfRelease(live: Release | null, release: Release): Risk {
  // Another code behind its tools is no edit of the prompt
  if (live && !equalJson(live.code ?? [], release.code ?? [])) return 'high';
  try {
    return riskOf(changePrompt(live && stateOfRelease(live), stateOfRelease(release))).risk;
  } catch {
    return 'high';
  }
}

/** What a release holds of a prompt: what is asked, and the risk that its file stated. Throws an Error for what is no prompt of this version. */
export function stateOfRelease({ prompt: id, digest, asked, declaredRisk }: Release): PromptState {
  return {
    prompt: { ...promptFromAsked(asked), id, path: '', digest, fileDigest: digest },
    about: { risk: declaredRisk ?? undefined },
    ...{ thresholds: null, thresholdsPath: null, files: [] },
  };
}
