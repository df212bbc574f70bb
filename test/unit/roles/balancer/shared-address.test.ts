import { describe, expect, it } from 'vitest';
import { balancer } from '../../../../roles/balancer/index.ts';
import { instancesOf } from '../../../../roles/balancer/instances.ts';
import { BalancerSettings } from '../../../../roles/balancer/settings.ts';
import { groupIn } from '../../../../roles/balancer/vrrp.ts';
import { nothingObserved, type Observed } from '../../../../roles/model/observed.ts';
import { ClusterSettings } from '../../../../roles/model/settings.ts';
import type { Step } from '../../../../roles/model/step.ts';
import type { NodeView, View } from '../../../../roles/model/view.ts';
import { applySteps } from '../../../support/apply-steps.ts';
import { expectConvergence } from '../../../support/convergence.ts';
import { type NodeSketch, nodeOf, ready, recordOf, viewOf } from '../../../support/sketches.ts';

const settings = BalancerSettings.parse({});
const configPath = '/etc/keepalived/keepalived.conf';
const vip = '10.77.0.100';

/** A node on 10.77.0.0/24, and what its balancer has in force. */
function at(ordinal: number, applied = '', more: Omit<NodeSketch, 'ordinal'> = {}): NodeView {
  const interfaces = [{ name: 'eth0', address: recordOf(ordinal).address, prefix: 24 }];
  const health = { web: ready, balancer: ready };
  const roles: NodeView['roles'] = ordinal === 1 ? ['balancer', 'web'] : ['balancer'];
  const node = nodeOf({ health, roles, ...more, ordinal, hardware: { interfaces, ...more.hardware } });
  return node.facts === undefined
    ? node
    : { ...node, facts: { ...node.facts, applied: { balancer: applied } } };
}

function cluster(nodes: readonly NodeView[], wished: unknown = vip): View {
  return {
    ...viewOf({ ordinal: 1 }),
    settings: { cluster: ClusterSettings.parse({ vip: wished }) },
    nodes,
  };
}

const plan = (view: View, observed: Observed): readonly Step[] => balancer.plan({ view, settings, observed });
const applied = (view: View, observed: Observed): string => balancer.applied({ view, settings, observed });
const settled = (view: View): Observed => applySteps(nothingObserved, plan(view, nothingObserved));

function word(step: Step): string {
  switch (step.kind) {
    case 'packages':
      return `install ${step.names.join(' ')}`;
    case 'file':
      return `write ${step.file.path.split('/').slice(-2).join('/')}`;
    case 'service':
      return `${step.action} ${step.service.unit}`;
    case 'runtime':
      return step.commands.join('; ');
    case 'await':
      return `await ${step.revision} by ${step.nodes.map((id) => id[1]).join('')}`;
    case 'vacant':
      return `vacant ${step.address}`;
    case 'remove':
      return `remove ${step.path}`;
    case 'command':
      return step.does;
    case 'copy':
    case 'sql':
    case 'clone':
      return step.kind;
  }
}

/** Its address for the group is not the one that it was admitted with. */
const elsewhere = [{ name: 'eth1', address: '10.77.0.212', prefix: 24 }];

const lone = cluster([at(1)]);
const pair = cluster([at(1), at(2, '10.77.0.11 10.77.0.12')]);

describe('the plan of a balancer that shares an address', () => {
  it('alone: HAProxy first, then keepalived', () => {
    expect(plan(lone, nothingObserved).map(word)).toEqual([
      'install haproxy keepalived',
      'write haproxy/muster-prefixes.map',
      'write haproxy/muster-urls.map',
      'write haproxy/haproxy.cfg',
      'write haproxy.service.d/50-muster.conf',
      'enable haproxy.service',
      'start haproxy.service',
      'write vrrp/drain',
      'write keepalived/keepalived.conf',
      'write keepalived.service.d/50-muster.conf',
      'start keepalived.service',
    ]);
  });

  it('does not let keepalived start with the machine, before anything else is done', () => {
    const enabled = {
      unit: 'keepalived.service',
      installed: true,
      active: 'inactive',
      enabled: true,
    } as const;
    const observed = { ...nothingObserved, services: { [enabled.unit]: enabled } };
    const words = plan(pair, observed).map(word);
    expect(words.indexOf('disable keepalived.service')).toBe(words.indexOf('await 10.77.0.11 by b') - 1);
    expect(words.at(-1)).toBe('start keepalived.service');
  });

  it('beside another: not before the other writes to it', () => {
    expect(plan(pair, nothingObserved).map(word)[7]).toBe('await 10.77.0.11 by b');
  });

  it.each([
    { what: 'waits for who is suspect', verdict: 'suspect', waits: true },
    { what: 'waits for who is unmanaged', verdict: 'unmanaged', waits: true },
    { what: 'does not wait for who is unreachable', verdict: 'unreachable', waits: false },
    { what: 'does not wait for the dead', verdict: 'dead', waits: false },
  ] as const)('$what', ({ verdict, waits }) => {
    const view = cluster([at(1), at(2, '', { verdict })]);
    expect(plan(view, nothingObserved).some((step) => step.kind === 'await')).toBe(waits);
  });

  it.each([
    { what: 'unreachable', node: at(2, '', { verdict: 'unreachable' }), asks: true },
    { what: 'dead', node: at(2, '', { verdict: 'dead' }), asks: true },
    {
      what: 'unmanaged and never heard',
      node: at(2, '', { verdict: 'unmanaged', silent: true }),
      asks: true,
    },
    { what: 'unmanaged and heard before', node: at(2, '', { verdict: 'unmanaged' }), asks: false },
    { what: 'alive', node: at(2), asks: false },
  ])('asks for the address itself beside a balancer that is $what: $asks', ({ node, asks }) => {
    const words = plan(cluster([at(1), node]), nothingObserved).map(word);
    expect(words.includes(`vacant ${vip}`)).toBe(asks);
    if (asks) expect(words.indexOf(`vacant ${vip}`)).toBeLessThan(words.indexOf('start keepalived.service'));
  });

  it('leaves a running keepalived as it is while the facts of another are not there yet', () => {
    const unknown = cluster([at(1), at(2, '', { silent: true })]);
    const moved = settled(cluster([at(1), at(2, '', { hardware: { interfaces: elsewhere } })]));
    expect(plan(unknown, moved).filter((step) => word(step).includes('keepalived'))).toEqual([]);
  });

  it('does not wait for a balancer that cannot hold the address', () => {
    const view = cluster([at(1), at(2, 'r', { hardware: { interfaces: [] } })]);
    expect(plan(view, nothingObserved).some((step) => step.kind === 'await')).toBe(false);
  });

  it('reloads when a balancer comes, and never restarts', () => {
    expect(plan(pair, settled(lone)).map(word)).toEqual([
      'write keepalived/keepalived.conf',
      'reload keepalived.service',
    ]);
  });

  it('writes on to who is unreachable: it will have to hear this node when it is back', () => {
    const gone = cluster([at(1), at(2, '', { verdict: 'unreachable' })]);
    expect(plan(gone, settled(pair)).map(word)).toEqual([]);
  });

  it('ends keepalived when no address is shared any more', () => {
    expect(plan(cluster([at(1)], null), settled(lone)).map(word)).toEqual([
      'write haproxy/haproxy.cfg',
      'write haproxy.service.d/50-muster.conf',
      'reload haproxy.service',
      'disable keepalived.service',
      'stop keepalived.service',
    ]);
  });

  it('ends keepalived when the address has gone to another network', () => {
    const words = plan(cluster([at(1)], '192.168.9.100'), settled(lone)).map(word);
    expect(words.slice(-2)).toEqual(['disable keepalived.service', 'stop keepalived.service']);
  });

  it('leaves keepalived alone while its interface is gone', () => {
    const view = cluster([at(1, '10.77.0.11', { hardware: { interfaces: [] } })]);
    expect(plan(view, settled(lone)).filter((step) => word(step).includes('keepalived'))).toEqual([]);
  });

  it('refuses a machine without systemd', () => {
    const view = cluster([at(1, '', { hardware: { init: 'none' } })]);
    expect(plan(view, nothingObserved).map(word)).not.toContain('start keepalived.service');
  });

  it.each([
    { what: 'alone', view: lone, start: nothingObserved },
    { what: 'beside another', view: pair, start: nothingObserved },
    { what: 'another comes', view: pair, start: settled(lone) },
    { what: 'another goes', view: lone, start: settled(pair) },
    { what: 'no address any more', view: cluster([at(1)], null), start: settled(pair) },
    { what: 'an address at last', view: pair, start: settled(cluster([at(1)], null)) },
    { what: 'two addresses', view: cluster([at(1), at(2)], [vip, '10.77.0.101']), start: settled(pair) },
  ])('arrives at the same end from every interruption: $what', ({ view, start }) => {
    expectConvergence((observed) => plan(view, observed), start);
  });
});

describe('keepalived.conf', () => {
  const text = (view: View): string | undefined =>
    plan(view, nothingObserved)
      .flatMap((step) => (step.kind === 'file' && step.file.path === configPath ? [step.file.content] : []))
      .at(0);
  const golden = (name: string): string => `../../../golden/balancer/${name}`;

  it('of a lone balancer', async () => {
    await expect(text(lone)).toMatchFileSnapshot(golden('keepalived-one.conf'));
  });

  it('of the second of three balancers', async () => {
    const view = { ...cluster([at(1), at(2), at(3)], `${vip}/24`), self: recordOf(2).id };
    await expect(text(view)).toMatchFileSnapshot(golden('keepalived-three.conf'));
  });

  it('with two addresses', async () => {
    const view = cluster([at(1), at(2), at(3), at(4)], [vip, '10.77.0.101']);
    await expect(text(view)).toMatchFileSnapshot(golden('keepalived-two-addresses.conf'));
  });

  it('of HAProxy beside it, which can send its clients away', async () => {
    const config = plan(lone, nothingObserved).find((step) => word(step) === 'write haproxy/haproxy.cfg');
    const content = config?.kind === 'file' ? config.file.content : '';
    await expect(content).toMatchFileSnapshot(golden('haproxy-shared.cfg'));
  });

  it('with HAProxy, which tells it of its end', async () => {
    const dropIn = plan(lone, nothingObserved).find((step) => word(step).includes('haproxy.service.d'));
    const content = dropIn?.kind === 'file' ? dropIn.file.content : '';
    await expect(content).toMatchFileSnapshot(golden('haproxy-shared-50-muster.conf'));
  });

  it('names the group, to be read back', () => {
    expect(groupIn(text(cluster([at(1), at(2), at(3)])) ?? '')).toEqual([
      '10.77.0.11',
      '10.77.0.12',
      '10.77.0.13',
    ]);
    expect(groupIn(text(lone) ?? '')).toEqual(['10.77.0.11']);
    expect(groupIn('')).toEqual([]);
  });
});

describe('the priorities', () => {
  const priorities = (count: number, wished: unknown): number[][] => {
    const nodes = Array.from({ length: count }, (_, index) => at(index + 1));
    return nodes.map(({ record }) =>
      instancesOf({ ...cluster(nodes, wished), self: record.id }).map(({ priority }) => priority),
    );
  };

  it('with one address: by ordinal, far enough apart', () => {
    expect(priorities(4, vip)).toEqual([[200], [180], [160], [140]]);
  });

  it('with two: two hold one each, and two stand by', () => {
    expect(priorities(4, [vip, '10.77.0.101'])).toEqual([
      [200, 140],
      [140, 200],
      [180, 160],
      [160, 180],
    ]);
  });

  it('tells two groups apart on the wire', () => {
    const view = cluster([at(1)], ['10.77.0.255', '10.77.0.0']);
    expect(instancesOf(view).map(({ router }) => router)).toEqual([255, 1]);
  });
});

describe('what is in force', () => {
  const three = cluster([at(1), at(2), at(3)]);
  const unit = 'keepalived.service';

  it('is the group, once keepalived runs with it', () => {
    expect(applied(pair, settled(pair))).toBe('10.77.0.11 10.77.0.12');
  });

  it('is the former group between write and reload', () => {
    expect(applied(three, settled(pair))).toBe('10.77.0.11 10.77.0.12');
    const written = applySteps(settled(pair), plan(three, settled(pair)).slice(0, 1));
    expect(applied(three, written)).toBe('');
    expect(applied(three, applySteps(written, plan(three, written)))).toBe(
      '10.77.0.11 10.77.0.12 10.77.0.13',
    );
  });

  it('is what keepalived will begin with, while it does not run: so two that begin do not wait for ever', () => {
    expect(applied(pair, nothingObserved)).toBe('10.77.0.11 10.77.0.12');
  });

  it('is nothing while it would begin with an old text', () => {
    const old = settled(lone);
    const stopped = {
      ...old,
      services: { ...old.services, [unit]: { ...old.services[unit], active: 'inactive' } },
    };
    expect(applied(pair, stopped as Observed)).toBe('');
  });

  it('is the roster alone without a shared address', () => {
    expect(applied(cluster([at(1)], null), settled(lone))).toBe('');
  });
});

describe('health', () => {
  const site = { ok: true, status: 200, text: 'ok' } as const;
  const holds = { ok: true, status: 200, text: 'eth0' } as const;
  const health = (view: View, observed: Observed, answers: Observed['answers']): unknown =>
    balancer.health({ view, settings, observed: { ...observed, answers } });

  it.each([
    { what: 'the holder', answers: { site, [`vip ${vip}`]: holds }, says: `holds ${vip}` },
    { what: 'who stands by', answers: { site }, says: `stands by for ${vip}` },
  ])('$what says so', ({ answers, says }) => {
    expect(health(pair, settled(pair), answers)).toEqual({
      state: 'ready',
      reason: `port 80 answers through to PHP; ${says}`,
    });
  });

  it('waits for keepalived', () => {
    const without = applySteps(nothingObserved, plan(pair, nothingObserved).slice(0, 5));
    expect(health(pair, without, { site })).toMatchObject({ state: 'starting' });
  });

  it.each([
    { what: 'another network', hardware: { interfaces: [] }, says: 'no interface of this machine is in' },
    { what: 'no systemd', hardware: { init: 'none' as const }, says: 'without systemd it takes no part' },
  ])('$what: says why it cannot hold the address, and serves', ({ hardware, says }) => {
    const view = cluster([at(1, '', { hardware })]);
    const { state, reason } = health(view, settled(view), { site }) as { state: string; reason: string };
    expect([state, reason.includes(says)]).toEqual(['ready', true]);
  });
});

it.each([true, false])('what is in force names the address that is held here: %s', (ok) => {
  const answer = ok
    ? ({ ok, status: 200, text: 'eth0' } as const)
    : ({ ok, error: 'it is not here' } as const);
  const observed = { ...settled(lone), answers: { [`vip ${vip}`]: answer } };
  expect(applied(lone, observed).split(' ').includes(vip)).toBe(ok);
});
