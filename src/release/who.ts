import { hostname, userInfo } from 'node:os';
import { LlmciError } from '../core/text/errors.js';
import { isCi } from '../core/text/is-ci.js';
import { isBlank } from '../model/blank.js';
import type { EnvironmentVariables } from '../model/environment-variables.js';
import type { Person } from '../model/person.js';
import { readGitPerson } from '../store/git/git-person.js';

/** The variables in which CI systems tell who started the job. */
const CI_PERSONS = [
  'GITHUB_TRIGGERING_ACTOR',
  'GITHUB_ACTOR',
  'GITLAB_USER_LOGIN',
  'BUILD_REQUESTEDFOREMAIL',
  'BUILDKITE_BUILD_CREATOR_EMAIL',
  'CIRCLE_USERNAME',
  'BITBUCKET_STEP_TRIGGERER_UUID',
  'CHANGE_AUTHOR_EMAIL',
];

/** The same for what must not wait for anybody to be set up: where nothing else tells, the account on this machine. */
export async function whoIsThere(root: string, env: EnvironmentVariables): Promise<Person> {
  try {
    return await whoWorks(root, env);
  } catch (error) {
    if (!(error instanceof LlmciError) || error.code !== 'nobody') throw error;
    return { name: `${accountName()}@${hostname()}`.slice(0, 200), via: 'host' };
  }
}

/** An account may have no name, as in a container that runs as any number. */
function accountName(): string {
  try {
    return userInfo().username;
  } catch {
    return 'somebody';
  }
}

/** Who works here: as the CI system says, else as git is set up. Throws `nobody`. */
export async function whoWorks(root: string, env: EnvironmentVariables): Promise<Person> {
  const told = isCi(env)
    ? CI_PERSONS.map((name) => env[name]).find((value) => value !== undefined && !isBlank(value))
    : undefined;
  if (told !== undefined) return { name: told.trim(), via: 'ci' };
  const name = await readGitPerson(root);
  if (name === null) throw new LlmciError('nobody');
  return { name, via: 'git' };
}
