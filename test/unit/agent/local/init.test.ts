import { beforeEach, describe, expect, it } from 'vitest';
import { runInit } from '../../../../agent/local/init.ts';
import { neededPackages } from '../../../../agent/local/packages.ts';
import { openManifest } from '../../../../agent/reconcile/manifest.ts';
import { asMusterError } from '../../../../roles/model/errors.ts';
import { type FakeClock, settle } from '../../../support/fake-clock.ts';
import { type FakeMachine, fakeMachine, healthyStatus } from '../../../support/fake-machine.ts';

const options = { json: false };

describe('muster init', () => {
  let machine: FakeMachine;

  beforeEach(() => {
    machine = fakeMachine();
    machine.files.put('/opt/muster/current/VERSION', '1.0-test\n');
    machine.questions.answers.set('http://10.0.0.5/', { ok: true, status: 200, text: 'hello' });
  });

  it('makes a cluster of one, in numbered steps', async () => {
    await runInit(options, machine);

    expect(machine.packages.calls).toEqual([`install ${neededPackages().join(' ')}`]);
    expect(machine.agent.calls).toEqual(['prepare', 'start']);
    const steps = machine.talk.lines.filter((line) => line.startsWith('['));
    expect(steps.map((line) => line.slice(0, 5))).toEqual(['[3/7]', '[4/7]', '[5/7]', '[6/7]', '[7/7]']);
    expect(machine.talk.lines).toContain('  http://10.0.0.5/');
    expect(machine.talk.lines).toContain('risk: there is one node');
    expect(machine.talk.lines.at(-1)).toMatch(/^Next: muster status/);
  });

  it('keeps what is secret to root, and gives etcd copies of its own', async () => {
    await runInit(options, machine);
    const { files, directories } = machine.files;
    for (const name of ['identity.json', 'decisions.json', 'manifest.json', 'pki/ca.key', 'pki/node.key']) {
      expect(files.get(`/var/lib/muster/${name}`)?.mode, name).toBe(0o600);
    }
    expect(files.get('/var/lib/muster/etcd-pki/server.key')).toMatchObject({
      mode: 0o600,
      owner: 'etcd:etcd',
    });
    expect(directories.get('/var/lib/muster')?.mode).toBe(0o711);
    expect(directories.get('/var/lib/muster/etcd-pki')).toEqual({ mode: 0o700, owner: 'etcd:etcd' });
  });

  it('tells the manifest of every package that came', async () => {
    machine.packages.dependencies.set(neededPackages()[0] ?? '', ['libthing']);
    await runInit(options, machine);
    const { packages } = (await openManifest(machine.files, '/var/lib/muster')).entries();
    expect(packages).toEqual(expect.arrayContaining(['libthing', ...neededPackages()]));
  });

  it('changes nothing when all is well', async () => {
    await runInit(options, machine);
    const before = new Map(machine.files.files);
    machine.agent.calls.length = 0;
    await runInit({ ...options, name: 'another' }, machine);
    expect(machine.agent.calls).toEqual(['prepare']);
    expect([...machine.files.files]).toEqual([...before]);
    expect(machine.talk.lines.join('\n')).toContain('it keeps its name web-1');
  });

  it('starts an agent of another payload anew', async () => {
    await runInit(options, machine);
    machine.agent.calls.length = 0;
    machine.agent.status = healthyStatus('0.9-test');
    machine.agent.restart = async () => {
      machine.agent.calls.push('restart');
      machine.agent.status = healthyStatus('1.0-test');
    };
    await runInit(options, machine);
    expect(machine.agent.calls).toEqual(['prepare', 'restart']);
  });

  it('keeps what lies where packages will come, links and all', async () => {
    machine.files.put('/etc/haproxy/haproxy.cfg', 'mine');
    await runInit(options, machine);
    expect(machine.commands.lines).toContain(
      'tar --directory / --create --file /var/lib/muster/former/earlier.tar.new etc/haproxy',
    );
  });

  it('shows what the agent says meanwhile, and each sentence once', async () => {
    machine.agent.answers.set('/v1/events', {
      schemaVersion: 1,
      events: [
        { sequence: 1, at: '2026-01-01T00:00:00.000Z', kind: 'info', role: 'web', sentence: 'Apache runs' },
      ],
    });
    await runInit(options, machine);
    expect(machine.talk.lines).toContain('      web: Apache runs');
  });

  it('gives up after two minutes, and says what ails', async () => {
    const ailing = healthyStatus('1.0-test');
    machine.agent.status = {
      ...ailing,
      verdict: { level: 'critical', sentence: 'nothing is served' },
      nodes: [
        {
          id: 'nbbbbbbbbbbbb',
          name: 'web-1',
          address: '10.0.0.5',
          self: true,
          verdict: 'alive',
          drained: false,
          roles: [{ role: 'web', state: 'failing', reason: 'Apache does not answer' }],
        },
      ],
    };
    const run = failureOf(runInit(options, machine));
    await sitOut(machine.clock);
    expect(await run).toMatchObject({ code: 'not-serving', why: 'web: Apache does not answer' });
  });

  it("gives an agent that never answers its own last words' say", async () => {
    machine.agent.status = undefined;
    machine.agent.words = ['Error: no space left'];
    const run = failureOf(runInit(options, machine));
    await sitOut(machine.clock);
    expect((await run).why).toContain('Error: no space left');
  });

  it('proves the page itself, whatever the agent says', async () => {
    machine.questions.answers.set('http://10.0.0.5/', { ok: true, status: 503, text: '' });
    expect(await failureOf(runInit(options, machine))).toMatchObject({
      message: 'http://10.0.0.5/ answers 503',
    });
  });

  it('leaves nothing behind for a mirror that fails: no identity, no agent', async () => {
    machine.packages.broken.add(neededPackages()[0] ?? '');
    expect(await failureOf(runInit(options, machine))).toMatchObject({ code: 'packages-failed' });
    expect(machine.files.text('/etc/muster/node.json')).toBeUndefined();
    expect(machine.agent.calls).toEqual([]);
  });

  it('is for root', async () => {
    expect(await failureOf(runInit(options, { ...machine, isRoot: false }))).toMatchObject({
      code: 'not-root',
    });
    expect(machine.files.files.size).toBe(1);
  });

  it('answers with data alone where that is asked for', async () => {
    await runInit({ json: true }, machine);
    expect(machine.talk.answers).toMatchObject([{ schemaVersion: 1, urls: ['http://10.0.0.5/'] }]);
  });
});

/** Keys are made off the main thread, so the wait does not begin at once. */
async function sitOut(clock: FakeClock): Promise<void> {
  while (clock.sleeping === 0) await settle();
  await clock.advance(121_000);
}

function failureOf(run: Promise<void>): Promise<ReturnType<typeof asMusterError>> {
  return run.then(
    () => {
      throw new Error('it did not fail');
    },
    (error: unknown) => asMusterError(error),
  );
}
