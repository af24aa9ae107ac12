import { expect, it } from 'vitest';
import { proxyFor } from './proxy-variables.js';

const PROXY = 'http://proxy:3128';

it.each([
  ['https://api.openai.com/v1', { HTTPS_PROXY: PROXY }, PROXY],
  ['https://api.openai.com/v1', { https_proxy: PROXY, HTTPS_PROXY: 'http://other' }, PROXY],
  ['https://api.openai.com/v1', { HTTP_PROXY: PROXY }, null],
  ['http://service.test', { HTTP_PROXY: PROXY }, PROXY],
  ['http://service.test', { ALL_PROXY: 'proxy:3128' }, PROXY],
  ['http://service.test', {}, null],
  ['http://localhost:11434', { ALL_PROXY: PROXY }, null],
  ['http://127.0.0.1:11434', { ALL_PROXY: PROXY }, null],
  ['http://[::1]:11434', { ALL_PROXY: PROXY }, null],
  ['http://a.service.test', { ALL_PROXY: PROXY, NO_PROXY: 'x, service.test' }, null],
  ['http://a.service.test', { ALL_PROXY: PROXY, no_proxy: '.service.test' }, null],
  ['http://a.service.test', { ALL_PROXY: PROXY, no_proxy: '*.SERVICE.test' }, null],
  ['http://service.test', { ALL_PROXY: PROXY, no_proxy: '*' }, null],
  ['http://myservice.test', { ALL_PROXY: PROXY, no_proxy: 'service.test' }, PROXY],
  ['http://service.test:81', { ALL_PROXY: PROXY, no_proxy: 'service.test:80' }, PROXY],
  ['http://service.test', { ALL_PROXY: PROXY, no_proxy: 'service.test:80' }, null],
])('%s with %j goes through %s', (url, env, proxy) => {
  expect(proxyFor(new URL(url), env)).toBe(proxy);
});
