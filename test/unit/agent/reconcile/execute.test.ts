import { describe, expect, it } from 'vitest';
import { execute } from '../../../../agent/reconcile/execute.ts';
import type { ServiceSpec } from '../../../../roles/model/service.ts';
import type { AwaitStep } from '../../../../roles/model/step.ts';
import type { NodeView, View } from '../../../../roles/model/view.ts';
import { fakeMachine, told } from '../../../support/machine.ts';
import { nodeOf, viewOf } from '../../../support/sketches.ts';

/** A node whose facts say that this is in force for its balancer. */
function applying(ordinal: number, balancer: string): NodeView {
  const node = nodeOf({ ordinal });
  return node.facts === undefined ? node : { ...node, facts: { ...node.facts, applied: { balancer } } };
}

const view = (...nodes: readonly NodeView[]): View => ({ ...viewOf({ ordinal: 1 }), nodes });
const step: AwaitStep = {
  kind: 'await',
  role: 'balancer',
  revision: '10.77.0.13',
  nodes: [nodeOf({ ordinal: 1 }).record.id, nodeOf({ ordinal: 2 }).record.id],
  why: 'they are to name b3 before it begins',
};

describe('an await', () => {
  it.each([
    { what: 'both name it', nodes: [applying(1, 'r1 10.77.0.13'), applying(2, '10.77.0.13 r2')], waits: '' },
    { what: 'one does not yet', nodes: [applying(1, '10.77.0.13'), applying(2, '10.77.0.1')], waits: 'b2' },
    { what: 'nobody does', nodes: [applying(1, ''), applying(2, 'r2')], waits: 'b1, b2' },
    {
      what: 'one has not said a word',
      nodes: [applying(1, '10.77.0.13'), nodeOf({ ordinal: 2, silent: true })],
      waits: 'b2',
    },
    { what: 'one has left the cluster', nodes: [applying(1, '10.77.0.13')], waits: '' },
  ])('$what', async ({ nodes, waits }) => {
    const outcome = await execute(await fakeMachine(), step, view(...nodes));
    expect(outcome).toEqual(
      waits === '' ? { done: true } : { done: false, deferred: `waits for ${waits}: ${step.why}` },
    );
  });

  it('changes nothing and tells nothing', async () => {
    const machine = await fakeMachine();
    await execute(machine, step, view(applying(1, ''), applying(2, '')));
    expect([machine.files.files.size, machine.services.calls, told(machine.journal)]).toEqual([0, [], []]);
  });
});

it('the way to the databases is turned by the newest view, and not as it was planned', async () => {
  const machine = await fakeMachine();
  let turns = 0;
  const turnWay = async (): Promise<void> => {
    turns += 1;
  };
  const planned = {
    kind: 'runtime' as const,
    socket: '/run/x.sock',
    commands: ['set it'],
    epoch: 9,
    why: '',
  };
  expect(await execute({ ...machine, turnWay }, planned, view())).toEqual({ done: true, told: true });
  expect([turns, machine.questions.asked]).toEqual([1, []]);
});

it('a service that was stopped is no longer known as loaded', async () => {
  const machine = await fakeMachine();
  const service: ServiceSpec = {
    unit: 'haproxy.service',
    label: 'HAProxy',
    foreground: ['/bin/true'],
    stopSignal: 'SIGTERM',
  };
  const common = { kind: 'service', service, fingerprint: 'f', why: 'w' } as const;
  await execute(machine, { ...common, action: 'start' }, view());
  expect(machine.manifest.entries().loaded).toEqual({ 'haproxy.service': 'f' });
  await execute(machine, { ...common, action: 'stop' }, view());
  expect(machine.manifest.entries().loaded).toEqual({});
});

describe('a program', () => {
  const command = {
    kind: 'command',
    argv: ['gluster', 'volume', 'add-brick'],
    does: 'give every file three copies',
    timeoutMs: 120_000,
    why: 'w',
  } as const;

  it('that takes long does not hold up an agent that ends', async () => {
    const machine = await fakeMachine();
    const ending = new AbortController();
    machine.commands.script('gluster', async (_, { signal }) => {
      await new Promise((resolve) => signal?.addEventListener('abort', resolve));
      return { exitCode: 143 };
    });
    const done = execute({ ...machine, signal: ending.signal }, command, view());
    ending.abort();
    await expect(done).rejects.toMatchObject({
      code: 'command-failed',
      message: expect.stringContaining('was not waited for: give every file three copies') as string,
    });
  });

  it('that fails tells what it said', async () => {
    const machine = await fakeMachine();
    machine.commands.script('gluster', { exitCode: 1, stderr: 'Error : Request timed out\n' });
    await expect(execute(machine, command, view())).rejects.toMatchObject({
      message: expect.stringContaining('could not give every file three copies') as string,
      why: 'Error : Request timed out',
    });
  });
});
