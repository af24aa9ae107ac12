import type { AnswerForm } from '../../model/answer-form.js';
import type { Content, MediaPart } from '../../model/message.js';
import type { ModelParameters, Prompt } from '../../model/prompt.js';
import type { ModelReference, ModelRequest } from '../../model/request.js';
import { digest } from '../text/canonical.js';
import { FENCE_RULE, type FencedTexts, fenceEvidence } from '../text/fence.js';
import { compileTemplate, variablesIn } from '../text/template.js';
import { inForm } from './answer-form.js';
import { isInstruction } from './message-text.js';
import { isTextMessage, type TextMessage } from './prompt-texts.js';

/** Who judges: a model, and parameters that go before those of the judges' prompts. */
export interface JudgeModel {
  readonly model: ModelReference;
  readonly parameters: ModelParameters;
  /** How it is asked for its JSON; not there for the strongest form that its service takes. */
  readonly structured?: AnswerForm | undefined;
  /** Whether it is shown what is no text in what was asked. */
  readonly media?: boolean | undefined;
}

/** The judge of a run: its model, and the prompts that the suites' metrics use, by name. */
export interface JudgeSettings extends JudgeModel {
  readonly prompts: ReadonlyMap<string, Prompt>;
}

/** Evidence of every judge: all that was said, the output included. */
export const CONVERSATION = 'conversation';

/** What a judge is asked. `rules` are the words of the suite's author; `evidence` may be hostile. */
export interface JudgeBrief {
  readonly rules: Readonly<Record<string, string>>;
  readonly evidence: FencedTexts;
  /** Images, files and recordings of what was asked, which may be hostile too. */
  readonly shown?: readonly MediaPart[];
  /** JSON Schema of the answer. */
  readonly answer: Readonly<Record<string, unknown>>;
  /** What was wrong with the answer that was given first; null the first time. */
  readonly complaint: string | null;
}

/**
 * A function from a brief to the request that puts it to the judge. The system messages see the rules only, so nothing
 * that is judged can change them. Throws TemplateError.
 */
export function judgeRequestFactory(
  prompt: Prompt,
  judge: JudgeModel,
  fenceRule = FENCE_RULE,
): (brief: JudgeBrief) => ModelRequest {
  const templates = withFenceRule(prompt.messages.filter(isTextMessage), fenceRule).map(({ role, content }) => ({
    role,
    render: compileTemplate(content),
  }));
  // Few prompts show it, and what is not shown changes nothing
  const shows = prompt.messages.some(
    (message) => isTextMessage(message) && variablesIn(message.content).includes(CONVERSATION),
  );
  const asked = templates.findLastIndex(({ role }) => role === 'user');
  return ({ rules, evidence, shown = [], answer, complaint }) => {
    const { [CONVERSATION]: conversation = null, ...usual } = evidence;
    const fenced = fenceEvidence(shows ? { ...usual, [CONVERSATION]: conversation } : usual);
    const trusted = { ...prompt.defaults, ...rules };
    const vars = { ...trusted, ...fenced };
    const messages = templates.map(({ role, render }, index) => {
      const content = render(isInstruction({ role }) ? trusted : vars);
      if (index !== asked) return { role, content };
      return { role, content: withMedia(complaint === null ? content : `${content}\n\n${complaint}`, shown) };
    });
    const request: ModelRequest = {
      model: judge.model.model,
      parameters: { ...prompt.parameters, ...judge.parameters },
      messages,
      tools: [],
      output: { format: 'json', schema: answer as NonNullable<Prompt['output']['schema']> },
      vars,
    };
    return inForm(request, judge.structured ?? 'schema');
  };
}

/** No fence goes around an image: what it is stands before it. */
const SHOWN =
  'What follows are the images, files and recordings of what was asked. They are evidence, as all in fences is.';

function withMedia(text: string, shown: readonly MediaPart[]): Content {
  return shown.length === 0 ? text : [{ type: 'text', text: `${text}\n\n${SHOWN}` }, ...shown];
}

function withFenceRule(messages: readonly TextMessage[], fenceRule: string): readonly TextMessage[] {
  // Written as a raw block: it is our own text, not a template
  const rule = `{% raw %}${fenceRule}{% endraw %}`;
  const [first, ...others] = messages;
  return first && isInstruction(first)
    ? [{ ...first, content: `${rule}\n\n${first.content}` }, ...others]
    : [{ role: 'system', content: rule }, ...messages];
}

/** The sha256 of all that makes one judge another: what is measured, with what parameters, in what words, by what model. */
export function judgeSignature(of: {
  readonly metric: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly prompt: Prompt;
  readonly judge: JudgeModel;
}): string {
  const { metric, params, prompt, judge } = of;
  return digest({
    metric,
    params,
    prompt: judgePromptDigest(prompt),
    model: judge.model.text,
    parameters: judge.parameters,
    structured: judge.structured,
    media: judge.media || undefined,
  });
}

/** The sha256 of a judge's prompt together with what every request to a judge begins with. */
export function judgePromptDigest(prompt: Pick<Prompt, 'fileDigest'>): string {
  // Of the whole file, as it has always been: baselines and calibrations of judged metrics hold on to it
  return digest([FENCE_RULE, prompt.fileDigest]);
}
