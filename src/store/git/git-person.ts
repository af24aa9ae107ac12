import { ask } from './git.js';

/** The address that git has in a folder; null for none. */
export async function readGitEmail(folder: string): Promise<string | null> {
  return (await setting(folder, 'user.email')) || null;
}

/** `Name <address>` as git is set up in a folder; null when it is not. */
export async function readGitPerson(folder: string): Promise<string | null> {
  const [name, email] = await Promise.all([setting(folder, 'user.name'), setting(folder, 'user.email')]);
  if (email === '') return name === '' ? null : name;
  return name === '' ? email : `${name} <${email}>`;
}

function setting(folder: string, name: string): Promise<string> {
  return ask(folder, ['config', '--get', name]).then(
    (text) => text.trim(),
    () => '',
  );
}
