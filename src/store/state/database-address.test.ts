import { describe, expect, it } from 'vitest';
import { addressFault, describeDatabaseError } from './database-address.js';

describe('the address of a database', () => {
  it.each([
    'postgres://llmci@/postgres?host=%2Ftmp%2Fpg',
    'postgresql://llmci:p%40ss%2Fw%23@db.acme.io:5432/state?sslmode=verify-full&options=a@b',
    'postgres://db.acme.io/state',
    'postgres://llmci:50%@db/state',
    'postgres://llmci:p@ss@db/state',
    '/var/run/postgresql state',
    'socket:/var/run/postgresql?db=state',
  ])('%s may be meant', (url) => {
    expect(addressFault(url)).toBeNull();
  });

  it.each(['5432/secret', '/secret', '5432?secret', '5432#secret', 'p@/secret', 'p@#secret'])(
    'with the password %s is cut by it, and the message tells nothing of it',
    (password) => {
      const fault = addressFault(`postgres://llmci:${password}@db.acme.io/state`);
      expect(fault).toMatch(/cannot be read.*%40/);
      expect(fault).not.toContain('secret');
    },
  );

  it.each(['host=db password=secret', 'mysql://llmci:secret@db/state', 'llmci:secret@db/state', 'secret'])(
    '%s is none',
    (url) => {
      expect(addressFault(url)).toMatch(/and this is none$/);
      expect(addressFault(url)).not.toContain('secret');
    },
  );
});

it.each([
  ['no pg_hba.conf entry for host "::1", user "a", database "b", no encryption', /where the server asks for TLS/],
  ['self-signed certificate', /sslrootcert=FILE/],
  ['unable to verify the first certificate', /sslrootcert=FILE/],
  ['timeout expired', /^it does not answer/],
  ['Query read timeout', /^it does not answer/],
  ['connect ECONNREFUSED 127.0.0.1:1', /ECONNREFUSED 127.0.0.1:1$/],
])('%s is told with what to do', (message, expected) => {
  expect(describeDatabaseError(new Error(message), 'postgres://a:b@c/d')).toMatch(expected);
});
