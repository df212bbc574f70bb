import { describe, expect, it } from 'vitest';
import { drainValue, leaves, shedSteps } from '../../../../roles/balancer/handover.ts';
import { nothingObserved, type Observed } from '../../../../roles/model/observed.ts';
import type { NodeView, View } from '../../../../roles/model/view.ts';
import { type NodeSketch, nodeOf, ready, recordOf, starting, viewOf } from '../../../support/sketches.ts';

function node(ordinal: number, drained: boolean, more: Omit<NodeSketch, 'ordinal'> = {}): NodeView {
  const interfaces = [{ name: 'eth0', address: recordOf(ordinal).address, prefix: 24 }];
  const made = nodeOf({ health: { balancer: ready }, ...more, ordinal, hardware: { interfaces } });
  return { ...made, record: { ...made.record, drained } };
}

/** One that has not said anything yet. */
function unheard(ordinal: number): NodeView {
  const { facts: _facts, ...made } = node(ordinal, false);
  return made;
}

/** One that was a balancer, and has not ended it yet. */
function leaving(ordinal: number): NodeView {
  const made = node(ordinal, false, { roles: ['web'] });
  const applied = { balancer: `r ${made.record.address}` };
  return made.facts === undefined ? made : { ...made, facts: { ...made.facts, applied } };
}

const pair = (
  self: boolean,
  other: NodeView = node(2, false),
  roles: NodeView['roles'] = ['balancer', 'web'],
): View => ({
  ...viewOf({ ordinal: 1 }),
  settings: { cluster: { vip: '10.77.0.100' } },
  nodes: [node(1, self, { roles }), other],
});

/** HAProxy after so many seconds, closing its connections since another. */
function haproxy(uptime: number, shed: number, drain = '0'): Observed {
  const said = (text: string) => ({ ok: true, status: 200, text }) as const;
  return {
    ...nothingObserved,
    texts: { '/var/lib/muster/vrrp/drain': `${drain}\n` },
    answers: {
      site: said(''),
      info: said(`Name: HAProxy\nUptime_sec: ${uptime}\nMemmax_MB: 0\n`),
      shed: said(`proc.shed: type=sint value=<${shed}>\n`),
    },
  };
}

describe('a balancer whose users get no page', () => {
  const failing: Omit<NodeSketch, 'ordinal'> = {
    health: { balancer: { state: 'failing', reason: 'port 80 says 503' } },
  };
  it.each([
    { what: 'gives the address up at once', status: 503, view: pair(false), file: '1' },
    {
      what: 'keeps it while the other has none either',
      status: 503,
      view: pair(false, node(2, false, failing)),
      file: '0',
    },
    {
      what: 'keeps it while the other is silent',
      status: 503,
      view: pair(false, node(2, false, { verdict: 'unreachable' })),
      file: '0',
    },
    { what: 'keeps it where the page is only missing', status: 404, view: pair(false), file: '0' },
    { what: 'may have it again once there is a page', status: 200, view: pair(false), file: '0' },
  ])('$what', ({ status, view, file }) => {
    const observed = haproxy(100, 0, '1');
    const site = { ok: true, status, text: '' } as const;
    expect(drainValue(view, { ...observed, answers: { ...observed.answers, site } })).toBe(file);
  });

  it('gives it up once the machine does not have its own address any more', () => {
    const observed = haproxy(100, 0);
    const own = { ok: false, error: 'on no interface' } as const;
    expect(drainValue(pair(false), { ...observed, answers: { ...observed.answers, own } })).toBe('1');
  });

  it.each([
    {
      what: 'stays out without its own address, whatever it thinks of the others',
      own: false,
      other: node(2, false, { verdict: 'unreachable' }),
      file: '1',
    },
    { what: 'stays out while the other has not said anything yet', own: true, other: unheard(2), file: '1' },
    {
      what: 'takes it again where nobody else is',
      own: true,
      other: node(2, false, { verdict: 'unreachable' }),
      file: '0',
    },
  ])('$what', ({ own, other, file }) => {
    const { answers, texts } = haproxy(100, 0, '1');
    const address = own
      ? ({ ok: true, status: 200, text: 'eth0' } as const)
      : ({ ok: false, error: 'gone' } as const);
    const site = { ok: true, status: 503, text: '' } as const;
    const observed = { ...nothingObserved, texts, answers: { ...answers, site, own: address } };
    expect(drainValue(pair(false, other), observed)).toBe(file);
  });

  const here = recordOf(1).address;
  it.each([
    { what: 'keeps it while it has not asked itself', drain: '0', asked: false, from: here, file: '0' },
    {
      what: 'does not take it again while it has not asked',
      drain: '1',
      asked: false,
      from: here,
      file: '1',
    },
    {
      what: 'nor while keepalived speaks from elsewhere',
      drain: '1',
      asked: true,
      from: '10.77.0.61',
      file: '1',
    },
    { what: 'but once both are well', drain: '1', asked: true, from: here, file: '0' },
  ])('$what', ({ drain, asked, from, file }) => {
    const { answers, texts } = haproxy(100, 0, drain);
    const { site: _site, ...unasked } = answers;
    const keepalived = `vrrp_instance vip {\n  unicast_src_ip ${from}\n}\n`;
    const observed = {
      ...nothingObserved,
      answers: asked ? answers : unasked,
      texts: { ...texts, '/etc/keepalived/keepalived.conf': keepalived },
    };
    expect(drainValue(pair(false), observed)).toBe(file);
  });
});

describe('a drained balancer', () => {
  it.each([
    { what: 'gives up for one that is ready', view: pair(true), leaves: true },
    { what: 'does not, unless drained', view: pair(false), leaves: false },
    { what: 'that is one no longer gives up too', view: pair(false, node(2, false), ['web']), leaves: true },
    { what: 'stays while the other is drained too', view: pair(true, node(2, true)), leaves: false },
    {
      what: 'stays while the other is not ready',
      view: pair(true, node(2, false, { health: { balancer: starting } })),
      leaves: false,
    },
    {
      what: 'stays while the other is suspect',
      view: pair(true, node(2, false, { verdict: 'suspect' })),
      leaves: false,
    },
    {
      what: 'stays while the other is no balancer',
      view: pair(true, node(2, false, { roles: ['web'] })),
      leaves: false,
    },
    {
      what: 'stays while the other is a balancer no longer, though it still runs',
      view: pair(true, leaving(2)),
      leaves: false,
    },
  ])('$what', ({ view, leaves: expected }) => {
    expect(leaves(view)).toBe(expected);
  });

  const cases: readonly {
    what: string;
    drained: boolean;
    observed: Observed;
    commands: readonly string[];
    file: string;
  }[] = [
    { what: 'in service', drained: false, observed: haproxy(100, 0), commands: [], file: '0' },
    {
      what: 'first it sheds',
      drained: true,
      observed: haproxy(100, 0),
      commands: ['set var proc.shed int(101)'],
      file: '0',
    },
    { what: 'and waits', drained: true, observed: haproxy(115, 101), commands: [], file: '0' },
    { what: 'then it gives up', drained: true, observed: haproxy(116, 101), commands: [], file: '1' },
    {
      what: 'and stays so whatever happens to HAProxy',
      drained: true,
      observed: haproxy(1, 0, '1'),
      commands: ['set var proc.shed int(2)'],
      file: '1',
    },
    {
      what: 'begins anew with a new HAProxy',
      drained: true,
      observed: haproxy(3, 101),
      commands: ['set var proc.shed int(4)'],
      file: '0',
    },
    {
      what: 'waits for nobody where HAProxy is silent',
      drained: true,
      observed: nothingObserved,
      commands: [],
      file: '1',
    },
    {
      what: 'undrained, it takes up again',
      drained: false,
      observed: haproxy(200, 101, '1'),
      commands: ['set var proc.shed int(0)'],
      file: '0',
    },
  ];
  it.each(cases)('$what', ({ drained, observed, commands, file }) => {
    const view = pair(drained);
    const said = shedSteps(view, observed).flatMap((step) => (step.kind === 'runtime' ? step.commands : []));
    expect(said).toEqual(commands.map((command) => `experimental-mode on; ${command}`));
    expect(drainValue(view, observed)).toBe(file);
  });

  it('takes the address back when nobody else can have it any more', () => {
    expect(drainValue(pair(true, node(2, false, { verdict: 'unreachable' })), haproxy(200, 101, '1'))).toBe(
      '0',
    );
  });
});
