import type { EnvironmentVariables } from '../../model/environment-variables.js';
import { looksSecret, passwordsIn } from './secret-forms.js';

/** Variables of services that people use beside the providers of their project. */
const OF_SERVICES =
  /^(?:(?:OPENAI|ANTHROPIC|AZURE_OPENAI|GEMINI|GOOGLE|MISTRAL|GROQ|OPENROUTER|COHERE|CO|TOGETHER|FIREWORKS|DEEPSEEK|XAI|PERPLEXITY|CEREBRAS|NVIDIA|REPLICATE|VOYAGE|JINA|LANGFUSE|LANGSMITH|BRAINTRUST|HUGGINGFACE|HUGGING_FACE_HUB|AI_GATEWAY)_(?:\w+_)?(?:KEY|TOKEN)|HF_TOKEN|AWS_(?:SECRET_ACCESS_KEY|SESSION_TOKEN|BEARER_TOKEN_BEDROCK)|(?:GITHUB|GH|GITLAB|BITBUCKET|NPM|NODE_AUTH|CI_JOB|ACTIONS_RUNTIME|ACTIONS_ID_TOKEN_REQUEST|SYSTEM_ACCESS)_?TOKEN)$/i;
/** Names that say that a variable holds a secret, which is believed when its value looks like one too. */
const BY_NAME =
  /(?:^|_)(?:(?:API|ACCESS|AUTH|PRIVATE)?(?:KEY|TOKEN)|SECRET|PASS(?:WORD|WD|PHRASE)?|PWD|CREDENTIALS?|PAT)(?:_|$)/i;

/**
 * The secrets in the environment that no provider refers to: a program, a module or a service may repeat them all the
 * same. Plain words are left out, since each would be blotted out wherever it stands.
 */
export function secretsOfEnvironment(env: EnvironmentVariables): readonly string[] {
  return Object.entries(env).flatMap(([name, written]) => {
    const value = written?.trim() ?? '';
    const isSecret = OF_SERVICES.test(name) || (BY_NAME.test(name) && looksSecret(value));
    return isSecret ? [value] : passwordsIn(value);
  });
}
