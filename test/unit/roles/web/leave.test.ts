import { describe, expect, it } from 'vitest';
import { nothingObserved, type Observed } from '../../../../roles/model/observed.ts';
import type { Step } from '../../../../roles/model/step.ts';
import type { NodeView, View } from '../../../../roles/model/view.ts';
import { web } from '../../../../roles/web/index.ts';
import { WebSettings } from '../../../../roles/web/settings.ts';
import { applySteps } from '../../../support/apply-steps.ts';
import { expectConvergence } from '../../../support/convergence.ts';
import { type NodeSketch, nodeOf, recordOf, viewOf } from '../../../support/sketches.ts';

const settings = WebSettings.parse({});

function node(sketch: NodeSketch, applied: string): NodeView {
  const made = nodeOf(sketch);
  return made.facts === undefined
    ? made
    : { ...made, facts: { ...made.facts, applied: { balancer: applied } } };
}

const cluster = (...nodes: readonly NodeView[]): View => ({ ...viewOf({ ordinal: 1 }), nodes });
const self = node({ ordinal: 1, roles: [] }, '');
const leave = (view: View, observed: Observed): readonly Step[] =>
  web.leave?.({ view, settings, observed }) ?? [];

const before = viewOf({ ordinal: 1 });
const served = applySteps(nothingObserved, web.plan({ view: before, settings, observed: nothingObserved }));

describe('a web server that is one no longer', () => {
  it('ends Apache before PHP, and the way to the databases last, once every balancer has let go of it', () => {
    const view = cluster(self, node({ ordinal: 2 }, 'r'));
    const steps = leave(view, served);
    expect(steps[0]).toMatchObject({
      kind: 'await',
      role: 'balancer',
      revision: view.self,
      nodes: [recordOf(2).id],
      until: 'gone',
    });
    const rest = steps
      .slice(1)
      .map((step) => step.kind === 'service' && `${step.action} ${step.service.label}`);
    const labels = ['Apache', 'PHP-FPM', 'HAProxy in front of the databases'];
    expect(rest).toEqual(labels.flatMap((label) => [`disable ${label}`, `stop ${label}`]));
  });

  it.each([
    { what: 'a balancer', other: node({ ordinal: 2, roles: ['balancer'] }, ''), waits: true },
    { what: 'a suspect one', other: node({ ordinal: 2, verdict: 'suspect' }, 'r'), waits: true },
    { what: 'one that is leaving', other: node({ ordinal: 2, roles: [] }, 'r'), waits: true },
    { what: 'no balancer', other: node({ ordinal: 2, roles: ['web'] }, ''), waits: false },
    { what: 'an unmanaged one', other: node({ ordinal: 2, verdict: 'unmanaged' }, 'r'), waits: false },
    { what: 'an unreachable one', other: node({ ordinal: 2, verdict: 'unreachable' }, 'r'), waits: false },
  ])('waits for $what: $waits', ({ other, waits }) => {
    const awaits = leave(cluster(self, other), served).filter((step) => step.kind === 'await');
    expect(awaits).toHaveLength(waits ? 1 : 0);
  });

  it('waits for its own HAProxy too', () => {
    const own = node({ ordinal: 1, roles: ['balancer'] }, `r ${recordOf(1).id}`);
    expect(leave(cluster(own), served)[0]).toMatchObject({ kind: 'await', nodes: [recordOf(1).id] });
  });

  it('has nothing to wait for once it has ended', () => {
    expect(leave(cluster(self, node({ ordinal: 2 }, 'r')), nothingObserved)).toEqual([]);
  });

  it('arrives at the same end from every interruption', () => {
    expectConvergence((observed) => leave(cluster(self, node({ ordinal: 2 }, 'r')), observed), served);
  });
});
