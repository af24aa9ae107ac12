import { CONVERSATION } from '../../core/requests/judge-request.js';
import { USER_RULES } from '../../core/requests/simulated-user.js';
import type { Problem, WithProblems } from '../../model/problem.js';
import type { Prompt } from '../../model/prompt.js';
import { checkJudge, readShipped } from './load-judges.js';
import type { LoadedPrompts } from './load-prompts.js';

/** Below prompts/, and so in the ids of prompts. */
const FOLDER = 'users/';
const NAME = 'simulated-user';

const WORDS = {
  who: 'simulated user',
  model: "a simulated user's model is named in the case, under `simulate`",
  output: "the form of a simulated user's answer is not to be chosen; leave it out",
};

/** The prompt behind `simulate`: the project's own, checked, else the one that comes with llmci. */
export async function loadUserPrompt({ prompts }: Pick<LoadedPrompts, 'prompts'>): Promise<WithProblems<Prompt>> {
  const problems: Problem[] = [];
  const own = prompts.get(FOLDER + NAME);
  if (own) checkJudge(own, { rules: USER_RULES, evidence: [CONVERSATION], background: [] }, problems, WORDS);
  const loaded = own ?? (await readShipped(NAME, FOLDER));
  if (!loaded) throw new Error(`templates/${FOLDER}${NAME}.prompt.yaml is missing`);
  return { value: loaded.prompt, problems };
}
