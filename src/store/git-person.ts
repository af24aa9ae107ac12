import { ask } from './git.js';

/** `Name <address>` as git is set up in a folder; null when it is not. */
export async function readGitPerson(folder: string): Promise<string | null> {
  const setting = (name: string) =>
    ask(folder, ['config', '--get', name]).then(
      (text) => text.trim(),
      () => '',
    );
  const [name, email] = await Promise.all([setting('user.name'), setting('user.email')]);
  if (email === '') return name === '' ? null : name;
  return name === '' ? email : `${name} <${email}>`;
}
