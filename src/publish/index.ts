import { azure } from './azure.js';
import { bitbucket } from './bitbucket.js';
import type { CodeHost } from './code-host.js';
import { github } from './github.js';
import { githubReviews } from './github-reviews.js';
import { gitlab } from './gitlab.js';
import { gitlabReviews } from './gitlab-reviews.js';
import type { ReviewHost } from './reviews.js';

/** THE list of code hosts. */
export const codeHosts: readonly CodeHost[] = [github, gitlab, bitbucket, azure];

/** THE list of code hosts whose reviews can be read. */
export const reviewHosts: readonly ReviewHost[] = [githubReviews, gitlabReviews];
