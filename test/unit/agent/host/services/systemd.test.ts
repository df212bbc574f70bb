import { describe, expect, it } from 'vitest';
import { SystemdServices } from '../../../../../agent/host/services/systemd.ts';
import type { ServiceSpec } from '../../../../../roles/model/service.ts';
import { FakeClock } from '../../../../support/fake-clock.ts';
import { FakeCommands } from '../../../../support/fake-commands.ts';

function spec(unit: string): ServiceSpec {
  return { unit, label: 'Apache', foreground: ['/usr/sbin/apache2'], stopSignal: 'SIGTERM' };
}

const apache = spec('apache2.service');

/** A `systemctl show` in which every unit has the properties given. */
function showing(properties: string): (argv: readonly string[]) => { stdout: string } {
  return (argv) => ({
    stdout: argv
      .slice(argv.indexOf('--') + 1)
      .map(() => properties)
      .join('\n\n'),
  });
}

function make(properties: string): { commands: FakeCommands; clock: FakeClock; services: SystemdServices } {
  const commands = new FakeCommands({
    'systemctl show': showing(properties),
    'systemctl --no-ask-password': {},
  });
  const clock = new FakeClock();
  return { commands, clock, services: new SystemdServices(commands, clock) };
}

/** What was asked of systemd, `show` aside. */
function told({ lines }: FakeCommands): readonly string[] {
  return lines
    .filter((line) => !line.startsWith('systemctl show'))
    .map((line) => line.replace('systemctl --no-ask-password ', ''));
}

const active = 'LoadState=loaded\nActiveState=active\nUnitFileState=enabled\nNeedDaemonReload=no';

describe('state', () => {
  it('asks for all units of one moment in one run', async () => {
    const { commands, services } = make(active);

    const states = await Promise.all(
      ['a.service', 'b.service', 'a.service'].map((unit) => services.state(spec(unit))),
    );

    expect(states.map(({ unit }) => unit)).toEqual(['a.service', 'b.service', 'a.service']);
    expect(commands.lines).toHaveLength(1);
    expect(commands.lines[0]).toMatch(/ -- a\.service b\.service$/);
  });

  it('tells that systemd does not answer', async () => {
    const { commands, services } = make(active);
    commands.script('systemctl show', { exitCode: 1, stderr: 'Failed to connect to bus\n' });

    await expect(services.state(apache)).rejects.toMatchObject({
      code: 'service-failed',
      why: 'Failed to connect to bus',
    });
  });
});

describe('start', () => {
  it('clears an earlier failure first', async () => {
    const { commands, services } = make(active);

    await services.start(apache);

    expect(told(commands)).toEqual(['reset-failed apache2.service', 'start apache2.service']);
  });

  it('lets systemd read changed unit files first', async () => {
    const { commands, services } = make(active.replace('NeedDaemonReload=no', 'NeedDaemonReload=yes'));

    await services.start(apache);

    expect(told(commands)[0]).toBe('daemon-reload');
  });

  it("fails with the unit's own last lines", async () => {
    const { commands, services } = make(active);
    commands.script('systemctl --no-ask-password start', { exitCode: 1, stderr: 'Job failed.\n' });
    commands.script('journalctl', { stdout: 'AH00072: could not bind\n' });

    await expect(services.start(apache)).rejects.toMatchObject({
      code: 'service-failed',
      message: 'Apache (apache2.service) did not start',
      why: 'Job failed.\nAH00072: could not bind',
      next: 'journalctl -u apache2.service -n 50',
    });
  });
});

describe('stop', () => {
  it('takes a unit that is not there for stopped', async () => {
    const { commands, services } = make('LoadState=not-found\nActiveState=inactive');

    await services.stop(apache);

    expect(told(commands)).toEqual([]);
  });
});

describe('reload', () => {
  it('is over when the unit is', async () => {
    const { commands, clock, services } = make(active);
    const states = ['active', 'active', 'reloading', 'active'];
    commands.script('systemctl show', () => ({
      stdout: `LoadState=loaded\nActiveState=${states.shift() ?? 'active'}\nNeedDaemonReload=no`,
    }));

    const reloading = services.reload(apache);
    for (let poll = 0; poll < 2; poll += 1) {
      await expect.poll(() => clock.sleeping).toBe(1);
      await clock.advance(50);
    }
    await reloading;

    expect(told(commands)).toEqual(['reload apache2.service']);
    expect(states).toEqual([]);
  });

  it('starts what does not run: that takes the files in too', async () => {
    const { commands, services } = make('LoadState=loaded\nActiveState=failed\nNeedDaemonReload=no');

    await services.reload(apache);

    expect(told(commands)).toEqual(['reset-failed apache2.service', 'restart apache2.service']);
  });
});

describe('log', () => {
  it('gives the lines, oldest first', async () => {
    const { commands, services } = make(active);
    commands.script('journalctl', { stdout: 'one\ntwo\n' });

    expect(await services.log(apache, 2)).toEqual(['one', 'two']);
    expect(commands.lines).toEqual(['journalctl --no-pager --quiet -o cat -n 2 -u apache2.service']);
  });
});
