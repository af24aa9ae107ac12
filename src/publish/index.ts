import { azure } from './azure.js';
import { bitbucket } from './bitbucket.js';
import type { CodeHost } from './code-host.js';
import { github } from './github.js';
import { gitlab } from './gitlab.js';

/** THE list of code hosts. */
export const codeHosts: readonly CodeHost[] = [github, gitlab, bitbucket, azure];
