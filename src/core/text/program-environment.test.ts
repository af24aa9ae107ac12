import { expect, it } from 'vitest';
import { programEnvironment } from './program-environment.js';

it('gives a program what it needs to start, and what is named', () => {
  const env = {
    ...{ PATH: '/bin', HOME: '/home/ann', LANG: 'C', LC_ALL: 'C', TMPDIR: '/tmp', VIRTUAL_ENV: '/venv' },
    ...{ OPENAI_API_KEY: 'k1', GITHUB_TOKEN: 'k2', DATABASE_URL: 'postgres://u:p@h', MODEL: 'x', NODE_OPTIONS: '-r x' },
    ...{ HTTPS_PROXY: 'http://user:password@proxy', PATHS: 'no', NONE: undefined },
  };
  const base = { PATH: '/bin', HOME: '/home/ann', LANG: 'C', LC_ALL: 'C', TMPDIR: '/tmp', VIRTUAL_ENV: '/venv' };
  expect(programEnvironment(env, [])).toEqual(base);
  expect(programEnvironment(env, ['MODEL', 'NOT_SET'])).toEqual({ ...base, MODEL: 'x' });
});
