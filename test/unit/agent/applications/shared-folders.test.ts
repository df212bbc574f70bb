import { expect, it } from 'vitest';
import { makeSharedFolders } from '../../../../agent/applications/shared-folders.ts';
import { mountStatus } from '../../../../roles/model/mount.ts';
import { paths } from '../../../../roles/model/paths.ts';
import type { View } from '../../../../roles/model/view.ts';
import { FakeCommands } from '../../../support/fake-commands.ts';
import { FakeQuestions } from '../../../support/fake-questions.ts';

const since = '2026-01-01T12:00:00.000Z';
const storage: View['storage'] = { driver: 'local', bricks: [], since, epoch: 1 };
const words = JSON.stringify({ source: '/dev/vda1', type: 'xfs' });

/** Makes the folders of `shop` on a machine whose common files answer so. Returns what was run. */
async function made(
  status: number | undefined,
  writable: readonly string[],
  decided: View['storage'],
): Promise<readonly string[]> {
  const questions = new FakeQuestions();
  const text = status === mountStatus.absent ? '' : words;
  if (status !== undefined) questions.answers.set(`mount ${paths.shared}`, { ok: true, status, text });
  const commands = new FakeCommands({ '/usr/bin/setpriv': {}, '/usr/sbin/runuser': {} });
  const view = decided === undefined ? {} : { storage: decided };
  try {
    await makeSharedFolders({ questions, commands }, view, 'shop', writable);
  } catch (error) {
    expect(commands.calls).toEqual([]);
    throw error;
  }
  return commands.lines;
}

it('makes them on the mounted file system, by nobody who could write below it', async () => {
  const lines = await made(mountStatus.answers, ['uploads', 'storage/logs'], storage);

  expect(lines).toEqual([
    `/usr/bin/setpriv --bounding-set -dac_override --inh-caps -dac_override /usr/bin/install -d -m 0750 -o www-data -g www-data ${paths.shared}/apps/shop`,
    `/usr/sbin/runuser -u www-data -- /usr/bin/install -d -m 0750 ${paths.shared}/apps/shop/uploads`,
    `/usr/sbin/runuser -u www-data -- /usr/bin/install -d -m 0750 ${paths.shared}/apps/shop/storage/logs`,
  ]);
});

it.each([
  { what: 'nothing is mounted', status: mountStatus.absent, writable: [], decided: storage },
  { what: 'it could not be looked', status: undefined, writable: [], decided: storage },
  { what: 'the mount hangs', status: mountStatus.hangs, writable: [], decided: storage },
  { what: 'it is not decided where', status: mountStatus.absent, writable: ['uploads'], decided: undefined },
])('waits and makes nothing where $what', async ({ status, writable, decided }) => {
  await expect(made(status, writable, decided)).rejects.toMatchObject({ code: 'files-unreachable' });
});

it('needs none for an application that writes nothing in a cluster without common files', async () => {
  expect(await made(mountStatus.absent, [], undefined)).toEqual([]);
});
