import type { EnvironmentVariables } from '../model/environment-variables.js';
import { azure } from './azure.js';
import { variable } from './code-host.js';

/** A pull request as CI systems that are no code host tell of it. */
interface Change {
  /** Where it is reviewed, without `https://`. */
  readonly host: string;
  readonly repository: string;
  readonly number: string;
}

type Kind = 'github' | 'gitlab' | 'bitbucket';

/** Addresses of pull requests, as their code hosts write them. */
const ADDRESSES: readonly (readonly [Kind, RegExp])[] = [
  ['github', /^https?:\/\/([^/]+)\/([^/]+\/[^/]+)\/pull\/(\d+)\/?$/],
  ['gitlab', /^https?:\/\/([^/]+)\/(.+)\/-\/merge_requests\/(\d+)\/?$/],
  ['bitbucket', /^https?:\/\/([^/]+)\/([^/]+\/[^/]+)\/pull-requests\/(\d+)\/?$/],
];

/** What the code host's own CI would tell of it. */
const VARIABLES: Readonly<Record<Kind, (change: Change) => EnvironmentVariables>> = {
  github: ({ host, repository, number }) => ({
    GITHUB_ACTIONS: 'true',
    GITHUB_API_URL: host === 'github.com' ? 'https://api.github.com' : `https://${host}/api/v3`,
    GITHUB_REPOSITORY: repository,
    GITHUB_REF: `refs/pull/${number}/merge`,
  }),
  gitlab: ({ host, repository, number }) => ({
    GITLAB_CI: 'true',
    CI_API_V4_URL: `https://${host}/api/v4`,
    CI_PROJECT_ID: repository,
    CI_MERGE_REQUEST_IID: number,
  }),
  bitbucket: ({ repository, number }) => ({
    BITBUCKET_BUILD_NUMBER: '0',
    BITBUCKET_REPO_FULL_NAME: repository,
    BITBUCKET_PR_ID: number,
  }),
};

/**
 * The environment of Jenkins (multibranch), CircleCI, Buildkite, or of Azure Pipelines for code on GitHub, as the CI of the
 * code host would have it, for the pull request that they build. Null for any other environment, and for a build of no pull request. What is set goes before.
 */
export function asCodeHostCi(env: EnvironmentVariables): EnvironmentVariables | null {
  const address =
    variable(env, 'CHANGE_URL') ?? variable(env, 'CIRCLE_PULL_REQUEST') ?? buildkiteAddress(env) ?? azureAddress(env);
  for (const [kind, pattern] of ADDRESSES) {
    const [, host, repository, number] = pattern.exec(address ?? '') ?? [];
    if (host && repository && number) return { ...VARIABLES[kind]({ host, repository, number }), ...env };
  }
  return null;
}

/** The page of a run of theirs; null when the environment does not tell. */
export function otherRunUrl(env: EnvironmentVariables): string | null {
  const names = ['BUILD_URL', 'CIRCLE_BUILD_URL', 'BUILDKITE_BUILD_URL'];
  return names.map((name) => variable(env, name)).find((url) => url !== null) ?? azure.runUrl(env);
}

/** Azure Pipelines tell the number and the name of the repository. */
function azureAddress(env: EnvironmentVariables): string | null {
  if (variable(env, 'BUILD_REPOSITORY_PROVIDER') !== 'GitHub') return null;
  const [repository, number] = [
    variable(env, 'BUILD_REPOSITORY_NAME'),
    variable(env, 'SYSTEM_PULLREQUEST_PULLREQUESTNUMBER'),
  ];
  return repository && number ? `https://github.com/${repository}/pull/${number}` : null;
}

/** Buildkite tells the number, and of the repository what git calls it: `git@github.com:acme/shop.git`. */
function buildkiteAddress(env: EnvironmentVariables): string | null {
  const [number, remote] = [variable(env, 'BUILDKITE_PULL_REQUEST'), variable(env, 'BUILDKITE_REPO')];
  const [, host, repository] = /^(?:\w+:\/\/)?(?:[^@/]+@)?([^:/]+)[:/](.+?)(?:\.git)?\/?$/.exec(remote ?? '') ?? [];
  if (number === null || !/^\d+$/.test(number) || !host) return null;
  const provider = variable(env, 'BUILDKITE_PIPELINE_PROVIDER') ?? host;
  const path = provider.startsWith('gitlab')
    ? '-/merge_requests'
    : provider.startsWith('bitbucket')
      ? 'pull-requests'
      : 'pull';
  return `https://${host}/${repository}/${path}/${number}`;
}
