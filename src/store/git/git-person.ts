import { readSettings } from './git.js';

/** The address that git has in a folder; null for none. */
export async function readGitEmail(folder: string): Promise<string | null> {
  return (await readSettings(folder, ['user.email'])).get('user.email') || null;
}

/** `Name <address>` as git is set up in a folder; null when it is not. */
export async function readGitPerson(folder: string): Promise<string | null> {
  const settings = await readSettings(folder, ['user.name', 'user.email']);
  const [name = '', email = ''] = [settings.get('user.name'), settings.get('user.email')];
  if (email === '') return name === '' ? null : name;
  return name === '' ? email : `${name} <${email}>`;
}
