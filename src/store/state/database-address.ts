const SHAPE = 'postgres://USER:PASSWORD@HOST:5432/DATABASE';
const NOT_ENCODED = `its address cannot be read: it is like ${SHAPE}, and in a user or password @ : / ? # % are written %40 %3A %2F %3F %23 %25 (or leave the password out, and set PGPASSWORD)`;

/**
 * Why an address of PostgreSQL is not what was meant; null where it may be. A letter of a password that had to be encoded
 * ends the part that it stands in: what comes after it would be taken for a port or the name of a database, and be told in
 * messages.
 */
export function addressFault(url: string): string | null {
  // A socket, as pg takes it
  if (url.startsWith('/') || url.startsWith('socket:')) return null;
  const [, rest] = /^postgres(?:ql)?:\/\/(.*)$/is.exec(url) ?? [];
  if (rest === undefined) return `its address is like ${SHAPE}, and this is none`;
  const [server = ''] = rest.split(/[/?#]/, 1);
  const behind = rest.slice(server.length);
  const [path = ''] = behind.split('?', 1);
  const isCut = behind.includes('#') || path.includes('@') || (!server.includes('@') && behind.includes('@'));
  return isCut ? NOT_ENCODED : null;
}

/** Why a database could not be used, and what to do where that can be told. Nothing of the address is told. */
export function describeDatabaseError(error: unknown, url: string): string {
  const { message = '', code = '' } = error as { readonly message?: string; readonly code?: string };
  if (code === 'ERR_INVALID_URL' || error instanceof URIError) return NOT_ENCODED;
  const why = (message || code || 'no answer').replaceAll(url, 'it').replace(/\w+:\/\/\S+/g, 'it');
  // As pg says it of a server that takes connections and then says nothing
  if (/timeout expired|read timeout/i.test(why)) return `it does not answer (${why})`;
  if (/no encryption|SSL connection is required/i.test(why))
    return `${why}; where the server asks for TLS, write ?sslmode=verify-full behind the address`;
  if (/self.signed|unable to (?:verify|get)/i.test(why))
    return `${why}; name the certificate that it is signed by: ?sslmode=verify-full&sslrootcert=FILE`;
  return why;
}
