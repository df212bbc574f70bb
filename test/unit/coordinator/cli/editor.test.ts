import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import { editText } from '../../../../coordinator/cli/editor.ts';

const interrupt = { ignoredDuring: <Value>(work: () => Promise<Value>) => work() };

test('the editor gets its own arguments and a file for its owner alone', async () => {
  const edited = await editText('a: 1\n', 'muster.yml', { VISUAL: 'sed -i s/1/2/' }, interrupt);

  expect(edited.text).toBe('a: 2\n');
  expect((await stat(dirname(edited.path))).mode & 0o777).toBe(0o700);
  await edited.done();
  expect(existsSync(edited.path)).toBe(false);
});

test.each([
  ['is not there', { EDITOR: '/nonexistent/editor' }, 'command-missing'],
  ['fails', { EDITOR: 'false' }, 'command-failed'],
])('an editor that %s changes nothing', async (_, environment, code) => {
  await expect(editText('a: 1\n', 'muster.yml', environment, interrupt)).rejects.toMatchObject({ code });
});
