import { beforeEach, describe, expect, it } from 'vitest';
import { runInit } from '../../../../agent/local/init.ts';
import { vipSetting } from '../../../../agent/local/vips.ts';
import { decode } from '../../../../coordinator/store/codec.ts';
import { loadSnapshot } from '../../../../coordinator/store/snapshot-file.ts';
import { paths } from '../../../../roles/model/paths.ts';
import { type FakeMachine, fakeMachine } from '../../../support/fake-machine.ts';

let machine: FakeMachine;
beforeEach(() => {
  machine = fakeMachine();
  machine.questions.answers.set('http://10.0.0.5/', { ok: true, status: 200, text: 'hello' });
});

const init = (...vip: readonly string[]): Promise<void> => runInit({ json: false, vip }, machine);
const decided = async (): Promise<unknown> => {
  const snapshot = await loadSnapshot(machine.files, paths.decisions);
  return snapshot === undefined ? undefined : decode(snapshot).settings;
};

it.each([
  [[], null],
  [['10.0.0.100'], '10.0.0.100'],
  [
    ['10.0.0.100/24', '10.0.0.101'],
    ['10.0.0.100/24', '10.0.0.101'],
  ],
])('the wish %j is stored as %j', (vip, setting) => {
  expect(vipSetting({ vip })).toEqual(setting);
});

describe('muster init --vip', () => {
  it.each<[readonly string[]]>([[['10.0.0.100']], [['10.0.0.100/24', '10.0.0.101']]])(
    'shares %j from the first moment on',
    async (vip) => {
      await init(...vip);
      expect(await decided()).toMatchObject({ cluster: { vip: vipSetting({ vip }) } });
    },
  );

  it.each([
    { vip: ['10.0.0'], why: 'an address is like 10.0.0.100' },
    { vip: ['10.0.0.100/33'], why: 'an address is like 10.0.0.100' },
    { vip: ['10.0.0.100', '10.0.0.100/24'], why: 'two different ones' },
    { vip: ['10.0.0.100', '10.0.0.101', '10.0.0.102'], why: 'Invalid input' },
  ])('$vip is refused before anything is written', async ({ vip, why }) => {
    await expect(init(...vip)).rejects.toMatchObject({
      code: 'settings-invalid',
      message: `--vip ${vip.join(' --vip ')} is not taken`,
      why: expect.stringContaining(why),
    });
    expect([machine.files.files.size, machine.packages.calls]).toEqual([0, []]);
  });

  it.each(['10.0.0.100', '10.0.0.5', '10.0.0.5/24'])(
    '%s, which somebody has, is refused before anything is written',
    async (vip) => {
      machine.taken.add('10.0.0.100');
      await expect(init('10.0.0.99', vip)).rejects.toMatchObject({
        code: 'settings-invalid',
        message: `${vip.split('/')[0]} cannot be shared: a machine answers there already`,
      });
      expect([machine.files.files.size, machine.packages.calls]).toEqual([0, []]);
    },
  );

  it('on a second run keeps what is shared, though it answers by now', async () => {
    await init('10.0.0.100');
    machine.taken.add('10.0.0.100');
    await init('10.0.0.100');
    expect(await decided()).toMatchObject({ cluster: { vip: '10.0.0.100' } });
  });
});
