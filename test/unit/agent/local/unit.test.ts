import { beforeEach, describe, expect, it } from 'vitest';
import { systemdAgent, unitPath, unitText } from '../../../../agent/local/unit.ts';
import { type Manifest, openManifest } from '../../../../agent/reconcile/manifest.ts';
import { type FakeMachine, fakeMachine } from '../../../support/fake-machine.ts';

describe('the agent under systemd', () => {
  let machine: FakeMachine;
  let manifest: Manifest;

  beforeEach(async () => {
    machine = fakeMachine();
    manifest = await openManifest(machine.files, '/var/lib/muster');
  });

  it('gets its unit once, known to the manifest', async () => {
    const agent = systemdAgent(machine);
    await agent.prepare(manifest);
    await agent.prepare(manifest);
    expect(machine.files.text(unitPath)).toBe(unitText);
    expect(manifest.entries()).toMatchObject({
      services: ['muster.service'],
      files: { [unitPath]: { former: null } },
    });
    expect(machine.services.calls).toEqual(['enable muster.service']);
    expect(machine.commands.lines).toEqual(['systemctl daemon-reload']);
  });

  it('takes nothing else down with it, and is started again for ever', () => {
    expect(unitText).toContain('\nKillMode=process\n');
    expect(unitText).toContain('\nRestart=always\n');
    expect(unitText).toContain('\nStartLimitIntervalSec=0\n');
  });

  it('stops without an error where it never was', async () => {
    machine.services.states.set('muster.service', {
      unit: 'muster.service',
      installed: false,
      active: 'inactive',
      enabled: false,
    });
    await systemdAgent(machine).stop();
    expect(machine.services.calls).toEqual([]);
  });
});
