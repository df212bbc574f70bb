import { describe, expect, it } from 'vitest';
import { unitPath, unitText } from '../../../../agent/local/unit.ts';
import { keepOwn } from '../../../../agent/self/keep-own.ts';
import { type FakeMachine, fakeMachine } from '../../../support/machine.ts';

const wrapper = '#!/bin/sh\nexec muster\n';
const command = '/usr/local/bin/muster';

async function installed(): Promise<FakeMachine> {
  const machine = await fakeMachine();
  machine.files.put('/opt/muster/current/muster', wrapper);
  machine.files.put(command, wrapper, 0o755);
  machine.files.put(unitPath, unitText);
  for (const name of ['ca.crt', 'node.crt', 'node.key'])
    machine.files.put(`/var/lib/muster/pki/${name}`, name);
  machine.commands.script('systemctl', {});
  await keepOwn({ ...machine, init: 'systemd', voter: true });
  return machine;
}

describe("muster's own files", () => {
  it('are left alone when they are as they shall be', async () => {
    expect(await keepOwn({ ...(await installed()), init: 'systemd', voter: true })).toEqual([]);
  });

  it.each([unitPath, command, '/var/lib/muster/etcd-pki/server.key'])(
    '%s is put back, and told',
    async (path) => {
      const machine = await installed();
      const good = machine.files.text(path);
      for (const damage of [
        () => machine.files.put(path, 'by hand'),
        () => void machine.files.files.delete(path),
      ]) {
        damage();
        expect(await keepOwn({ ...machine, init: 'systemd', voter: true })).toEqual([
          expect.stringMatching(/^put back .*another hand$/),
        ]);
        expect(machine.files.text(path)).toBe(good);
      }
    },
  );

  it('are nobody’s business in a checkout', async () => {
    const machine = await fakeMachine();
    expect(await keepOwn({ ...machine, init: 'systemd', voter: true })).toEqual([]);
    expect(machine.files.text(unitPath)).toBeUndefined();
  });
});
