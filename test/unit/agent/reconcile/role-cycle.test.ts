import { describe, expect, it } from 'vitest';
import { RoleCycle } from '../../../../agent/reconcile/role-cycle.ts';
import { web } from '../../../../roles/web/index.ts';
import { WebSettings } from '../../../../roles/web/settings.ts';
import { type FakeMachine, fakeMachine, told } from '../../../support/machine.ts';
import { viewOf } from '../../../support/sketches.ts';

const view = viewOf({ ordinal: 1 });
const settings = WebSettings.parse({});
const vhost = '/etc/apache2/sites-enabled/muster-default.conf';
const healthUrl = 'http://10.77.0.11:8081/.well-known/muster/health';

const ignore = (): void => undefined;

async function settled(): Promise<{ machine: FakeMachine; cycle: RoleCycle }> {
  const machine = await fakeMachine();
  const cycle = new RoleCycle(web, machine, machine.journal);
  await cycle.run(view, settings, ignore);
  machine.services.calls.length = 0;
  return { machine, cycle };
}

describe('a cycle', () => {
  it('sets a bare machine up and then has nothing to do', async () => {
    const { machine, cycle } = await settled();
    expect(machine.files.text(vhost)).toContain('DocumentRoot');
    expect(await cycle.run(view, settings, ignore)).toMatchObject({
      changed: false,
      sentence: 'web: nothing to do',
    });
    expect(machine.services.calls).toEqual([]);
  });

  it('reports ready once PHP answers', async () => {
    const { machine, cycle } = await settled();
    machine.questions.answers.set(healthUrl, { ok: true, status: 200, text: 'ok\n' });
    expect((await cycle.run(view, settings, ignore))?.health.state).toBe('ready');
  });

  it('puts a changed file back, tells it as drift, and reloads', async () => {
    const { machine, cycle } = await settled();
    const good = machine.files.text(vhost);
    machine.files.put(vhost, 'by hand');
    await cycle.run(view, settings, ignore);
    expect(machine.files.text(vhost)).toBe(good);
    expect(told(machine.journal)).toContain(`drift: put back ${vhost}: it had been changed by another hand`);
    expect(machine.services.calls).toEqual(['reload apache2.service']);
  });

  it('puts a good text back even while the checker trips over the damage', async () => {
    const { machine, cycle } = await settled();
    machine.files.put(vhost, 'by hand');
    machine.commands.script('/usr/sbin/apache2', { exitCode: 1, stderr: 'Syntax error' });
    await cycle.run(view, settings, ignore);
    expect(machine.files.text(vhost)).toContain('DocumentRoot');
  });

  it('does not write a text that the service refuses, and says so once', async () => {
    const { machine, cycle } = await settled();
    const good = machine.files.text('/etc/apache2/apache2.conf');
    machine.commands.script('/usr/sbin/apache2', { exitCode: 1, stderr: 'Syntax error on line 7' });
    const other = { ...settings, requestTimeoutSeconds: 5 };
    await cycle.run(view, other, ignore);
    const second = await cycle.run(view, other, ignore);
    expect(machine.files.text('/etc/apache2/apache2.conf')).toBe(good);
    expect(second?.sentence).toContain('Syntax error on line 7');
    expect(told(machine.journal).filter((line) => line.startsWith('error:'))).toHaveLength(1);
    expect(await machine.files.list('/run/muster/candidate')).toEqual([]);
  });

  it('starts a crashed service and tells why', async () => {
    const { machine, cycle } = await settled();
    await machine.clock.advance(10_000);
    machine.services.crash('apache2.service');
    await cycle.run(view, settings, ignore);
    expect(told(machine.journal).at(-1)).toBe('healed: start Apache: Apache had failed (signal KILL)');
  });

  it('tells a restart that the service manager made', async () => {
    const { machine, cycle } = await settled();
    const state = machine.services.states.get('apache2.service');
    if (state === undefined) throw new Error('no Apache');
    machine.services.states.set('apache2.service', { ...state, invocation: 'another' });
    await cycle.run(view, settings, ignore);
    expect(told(machine.journal).at(-1)).toBe(
      'healed: Apache had ended and was started again by its service manager',
    );
  });

  it('starts a service that does not stay up ever more seldom', async () => {
    const { machine, cycle } = await settled();
    const starts: number[] = [];
    for (let second = 0; second < 120; second += 1) {
      machine.services.crash('apache2.service');
      machine.services.calls.length = 0;
      await cycle.run(view, settings, ignore);
      if (machine.services.calls.includes('start apache2.service')) starts.push(second);
      await machine.clock.advance(1_000);
    }
    // The very first start, at 0 s, was that of the set-up.
    expect(starts).toEqual([1, 3, 7, 15, 31, 63]);
  });

  it('keeps what stood there before, once', async () => {
    const machine = await fakeMachine();
    machine.files.put('/etc/apache2/apache2.conf', 'of old', 0o600, 'root:adm');
    const cycle = new RoleCycle(web, machine, machine.journal);
    await cycle.run(view, settings, ignore);
    await cycle.run(view, { ...settings, requestTimeoutSeconds: 5 }, ignore);
    const former = machine.manifest.entries().files['/etc/apache2/apache2.conf']?.former;
    expect(former).toMatchObject({ mode: 0o600, owner: 'root:adm' });
    expect(machine.files.text(machine.manifest.formerPath(former?.sha256 ?? ''))).toBe('of old');
  });

  it('tells how it fares before it begins to mend', async () => {
    const { machine, cycle } = await settled();
    await machine.clock.advance(10_000);
    machine.services.crash('apache2.service');
    const seen: string[] = [];
    await cycle.run(view, settings, (health) =>
      seen.push(`${health.state}, ${machine.services.calls.length} calls`),
    );
    expect(seen).toEqual(['failing, 0 calls']);
  });

  it('waits for no answer once the agent ends, and does nothing more', async () => {
    const agent = new AbortController();
    const machine = { ...(await fakeMachine()), signal: agent.signal };
    const asked = Promise.withResolvers<void>();
    machine.questions.ask = () => {
      asked.resolve();
      return new Promise(() => undefined);
    };
    const report = new RoleCycle(web, machine, machine.journal).run(view, settings, ignore);
    await asked.promise;
    agent.abort();
    expect(await report).toBeUndefined();
    expect([machine.files.text(vhost), machine.services.calls]).toEqual([undefined, []]);
  });

  it('of a role that goes, has something in force until its last service has ended', async () => {
    const { machine } = await settled();
    const gone = viewOf({ ordinal: 1, roles: [] });
    const notYet = { ...web, leave: () => [] };
    const waiting = await new RoleCycle(notYet, machine, machine.journal).run(gone, settings, ignore);
    expect(waiting?.applied).not.toBe('');
    const ended = await new RoleCycle(web, machine, machine.journal).run(gone, settings, ignore);
    expect([ended?.applied, machine.services.calls.at(-1)]).toEqual(['', 'stop muster-endpoints.service']);
  });

  it('a dry run changes nothing and names every step', async () => {
    const machine = await fakeMachine();
    const steps = await new RoleCycle(web, machine, machine.journal).dryRun(view, settings);
    expect(steps.length).toBeGreaterThan(8);
    expect([machine.files.files.size, machine.services.calls, machine.packages.calls]).toEqual([0, [], []]);
  });
});
