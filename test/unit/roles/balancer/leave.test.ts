import { describe, expect, it } from 'vitest';
import { balancer } from '../../../../roles/balancer/index.ts';
import { BalancerSettings } from '../../../../roles/balancer/settings.ts';
import { nothingObserved, type Observed } from '../../../../roles/model/observed.ts';
import type { Step } from '../../../../roles/model/step.ts';
import type { NodeView, View } from '../../../../roles/model/view.ts';
import { applySteps } from '../../../support/apply-steps.ts';
import { expectConvergence } from '../../../support/convergence.ts';
import { type NodeSketch, nodeOf, ready, recordOf, viewOf } from '../../../support/sketches.ts';

const settings = BalancerSettings.parse({});
const vip = '10.77.0.100';

function node(ordinal: number, more: Omit<NodeSketch, 'ordinal'> = {}): NodeView {
  const interfaces = [{ name: 'eth0', address: recordOf(ordinal).address, prefix: 24 }];
  return nodeOf({ health: { balancer: ready }, ...more, ordinal, hardware: { interfaces } });
}

/** The first node as it looks on, a balancer or one no longer, beside others. */
function cluster(carries: boolean, others: readonly NodeView[], shared: string | null = vip): View {
  const self = node(1, { roles: carries ? ['balancer', 'web'] : ['web'] });
  return { ...viewOf({ ordinal: 1 }), settings: { cluster: { vip: shared } }, nodes: [self, ...others] };
}

function removed(view: View): View {
  const nodes = view.nodes.map((one) =>
    one.record.id === view.self ? { ...one, verdict: 'left' as const } : one,
  );
  return { ...view, nodes };
}

const leave = (view: View, observed: Observed): readonly Step[] =>
  balancer.leave?.({ view, settings, observed }) ?? [];

/** A balancer in service, before it was told to go. */
function served(others: readonly NodeView[], shared: string | null = vip): Observed {
  const view = cluster(true, others, shared);
  return applySteps(nothingObserved, balancer.plan({ view, settings, observed: nothingObserved }));
}

/** The same after so many seconds, closing its connections since another. */
function after(observed: Observed, uptime: number, shed: number): Observed {
  const said = (text: string) => ({ ok: true, status: 200, text }) as const;
  return {
    ...observed,
    answers: {
      info: said(`Uptime_sec: ${uptime}\n`),
      shed: said(`proc.shed: type=sint value=<${shed}>\n`),
    },
  };
}

function word(step: Step): string {
  if (step.kind === 'service') return `${step.action} ${step.service.unit}`;
  if (step.kind === 'file') return `write ${step.file.path.split('/').at(-1)} ${step.file.content.trim()}`;
  return step.kind === 'runtime' ? step.commands.join('; ') : step.kind;
}

const keepalivedOff = ['disable keepalived.service', 'stop keepalived.service'];
const haproxyOff = ['disable haproxy.service', 'stop haproxy.service'];
const other = node(2);
const shed = 'experimental-mode on; set var proc.shed int(101)';

describe('a balancer that is one no longer', () => {
  const cases: readonly { what: string; view: View; observed: Observed; words: readonly string[] }[] = [
    {
      what: 'sends its clients away',
      view: cluster(false, [other]),
      observed: after(served([other]), 100, 0),
      words: [shed],
    },
    {
      what: 'waits for them',
      view: cluster(false, [other]),
      observed: after(served([other]), 110, 101),
      words: [],
    },
    {
      what: 'gives the address up, and ends HAProxy last',
      view: cluster(false, [other]),
      observed: after(served([other]), 116, 101),
      words: ['write drain 1', ...keepalivedOff, ...haproxyOff],
    },
    {
      what: 'stays where nobody takes over',
      view: cluster(false, []),
      observed: after(served([]), 100, 0),
      words: [],
    },
    {
      what: 'waits for nobody where this node was removed',
      view: removed(cluster(false, [])),
      observed: after(served([]), 100, 0),
      words: [...keepalivedOff, ...haproxyOff],
    },
    {
      what: 'waits for nobody where no address is shared',
      view: cluster(false, [other], null),
      observed: after(served([other], null), 100, 0),
      words: haproxyOff,
    },
    { what: 'has nothing to end', view: cluster(false, [other]), observed: nothingObserved, words: [] },
  ];
  it.each(cases)('$what', ({ view, observed, words }) => {
    expect(leave(view, observed).map(word)).toEqual(words);
  });

  it.each(cases)('arrives at the same end from every interruption: $what', ({ view, observed }) => {
    const done = (before: Observed, step: Step): Observed =>
      word(step) === shed ? after(before, 100, 101) : before;
    expectConvergence((now) => leave(view, now), observed, done);
  });
});
