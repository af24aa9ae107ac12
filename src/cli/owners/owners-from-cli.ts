import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { LlmciError } from '../../core/text/errors.js';
import { EXIT } from '../../core/text/exit-code.js';
import { count } from '../../core/text/format.js';
import { atTop, blocks, type Problem } from '../../model/problem.js';
import { type LoadedPrompt, loadPrompts } from '../../project/prompts/load-prompts.js';
import { findRoot } from '../../project/source/files.js';
import { CODEOWNERS_PLACES, isOwner, type OwnedFile, placeOwners } from '../../review/codeowners.js';
import { writeAtomic } from '../../store/files/atomic.js';
import { pathFrom, repositoryAround, requireInside } from '../../store/files/places.js';
import type { Terminal } from '../terminal.js';

/** The flags of owners as commander parses them. */
export interface OwnersFlags {
  readonly check?: boolean;
  readonly cwd?: string;
}

/** The owners command: brings CODEOWNERS up to date, or says whether it is. Returns the exit code. */
export async function ownersFromCli(flags: OwnersFlags, terminal: Terminal): Promise<number> {
  const root = findRoot(resolve(flags.cwd ?? terminal.cwd()));
  const repository = repositoryAround(root) ?? root;
  const folder = pathFrom(repository, root);
  const { value, problems: ofPrompts } = await loadPrompts(root);
  const problems = [...ofPrompts];
  const owned = [...value.prompts.values()].flatMap((prompt) => ownedBy(prompt, folder, problems));
  const errors = problems.filter(blocks);
  // The owners of a prompt that cannot be read would be dropped from the file
  if (errors.length > 0)
    throw new LlmciError('invalid-files', { count: count(errors.length, 'problem') }, errors, (text) =>
      text.replace('Nothing was sent', 'Nothing was written'),
    );

  const place = CODEOWNERS_PLACES.find((path) => existsSync(join(repository, path))) ?? newPlace(repository);
  // As it is: what llmci reads otherwise has its line ends made one
  const text = existsSync(join(repository, place)) ? readFileSync(requireInside(repository, place), 'utf8') : '';
  const wanted = placeOwners(text, folder, owned);
  if (wanted === null) {
    const why = 'it has one mark of `llmci owners` without the other: remove that line';
    throw new LlmciError('bad-flag', { flag: place, why, command: 'owners' });
  }
  if (wanted === text && value.prompts.size === 0) throw new LlmciError('no-prompts', { folder: root });
  const say = (line: string) => void terminal.stdout.write(`${line}\n`);
  const of = `${count(owned.length, 'file')} with owners`;
  if (wanted === text) say(`${place} is as it should be: ${of}.`);
  else if (flags.check) say(`${place} is not what the prompts say: run \`llmci owners\` and commit it.`);
  else {
    await writeAtomic(() => requireInside(repository, place), wanted);
    say(`${place} written: ${of}.`);
  }
  return wanted !== text && flags.check ? EXIT.fail : EXIT.pass;
}

function newPlace(repository: string): string {
  return existsSync(join(repository, '.gitlab-ci.yml')) ? '.gitlab/CODEOWNERS' : '.github/CODEOWNERS';
}

/** The file of a prompt, and that of the gates beside it. What is no owner is a problem. */
function ownedBy(
  { prompt, about, source, thresholds }: LoadedPrompt,
  folder: string,
  problems: Problem[],
): readonly OwnedFile[] {
  const { owners = [] } = about;
  for (const [index, owner] of owners.entries()) {
    if (isOwner(owner)) continue;
    const message = `${JSON.stringify(owner)} is no owner that code hosts know: write @user, @organisation/team or an address`;
    problems.push({ ...source.at(['owners', index]), message });
  }
  if (owners.length === 0) return [];
  const paths = [prompt.path, ...(thresholds ? [thresholds.source.file] : [])];
  for (const path of paths.filter((each) => /\p{Cc}/u.test(each))) {
    const message =
      'its name has a line break or another control character, and would be a line of its own in CODEOWNERS';
    problems.push({ ...atTop(path), message });
  }
  return paths.map((path) => ({ path: folder === '' ? path : `${folder}/${path}`, owners }));
}
