import { describe, expect, it } from 'vitest';
import { advance, applications, waitedFor } from '../../../../coordinator/brain/applications.ts';
import { runnerChange } from '../../../../coordinator/brain/runners.ts';
import { applicationKey, cacheKey } from '../../../../coordinator/store/keys.ts';
import type { Application, Phase } from '../../../../roles/model/application.ts';
import type { ApplicationWords } from '../../../../roles/model/application-facts.ts';
import { PurgedDecision } from '../../../../roles/model/cache.ts';
import type { View } from '../../../../roles/model/view.ts';
import { sampleApplication, sampleRelease, saying } from '../../../support/sample-application.ts';
import { type NodeSketch, nodeOf, recordOf, viewOf } from '../../../support/sketches.ts';

const start = Date.parse('2026-01-01T12:00:00.000Z');
const at = (seconds: number): Date => new Date(start + seconds * 1_000);

/** A view of web nodes that say these things of `shop`, in their order. */
function nodes(...said: readonly (ApplicationWords & { readonly sketch?: Partial<NodeSketch> })[]): View {
  const all = said.map(({ sketch, ...words }, index) =>
    saying(nodeOf({ ordinal: index + 1, roles: ['web'], ...sketch }), words),
  );
  return { ...viewOf(), self: recordOf(1).id, nodes: all };
}

/** `shop` serves r1, and r2 is on its way. */
function onItsWay(phase: Phase, command?: string, back = false): Application {
  const release = command === undefined ? {} : { release: command };
  return sampleApplication({
    releases: [sampleRelease('r1'), sampleRelease('r2', release)],
    counted: 2,
    attempts: 7,
    current: phase === 'switch' ? 'r2' : 'r1',
    ...(phase === 'switch' ? { former: 'r1' } : {}),
    next: {
      release: 'r2',
      phase,
      since: at(0).toISOString(),
      back,
      attempt: 7,
      ...(phase === 'command' ? { node: recordOf(1).id } : {}),
    },
  });
}

/** All serve r2, and what balancers stored before this version counts as old. */
function purging(purged: number): Application {
  const { next, ...application } = onItsWay('switch');
  if (next === undefined) throw new Error('it is on its way');
  return { ...application, next: { ...next, phase: 'purge', purged } };
}

/** r2 is taken back, and some nodes may still serve it. */
const takenBack = sampleApplication({
  current: 'r1',
  failed: { release: 'r2', why: 'it took too long', at: at(0).toISOString() },
  next: { release: 'r1', phase: 'purge', since: at(0).toISOString(), back: true, attempt: 7 },
});

/** A balancer beside the web server, which has this in force. */
function balancer(applied: string): Partial<NodeSketch> {
  return { roles: ['web', 'balancer'], applied: { balancer: applied } };
}

const both = { has: ['r1', 'r2'], serves: 'r1' };
const serving = { ...both, serves: 'r2' };
const proved = { ...both, result: { kind: 'proved', attempt: 7, why: '' } } as const;

describe('a release on its way', () => {
  it.each<{ what: string; view: View; application: Application; phase: Phase | 'waits' | 'ended' | 'done' }>([
    {
      what: 'one has not unpacked it',
      view: nodes(both, { has: ['r1'] }),
      application: onItsWay('spread'),
      phase: 'waits',
    },
    {
      what: 'all have unpacked it',
      view: nodes(both, both),
      application: onItsWay('spread'),
      phase: 'prove',
    },
    {
      what: 'it has a command',
      view: nodes(both, both),
      application: onItsWay('spread', 'php x'),
      phase: 'command',
    },
    {
      what: 'a way back runs no command',
      view: nodes(both),
      application: onItsWay('spread', 'php x', true),
      phase: 'prove',
    },
    {
      what: 'who is dead is not waited for',
      view: nodes(both, { has: [], sketch: { verdict: 'dead' } }),
      application: onItsWay('spread'),
      phase: 'prove',
    },
    {
      what: 'who is away is not waited for',
      view: nodes(both, { has: [], sketch: { verdict: 'unreachable' } }),
      application: onItsWay('spread'),
      phase: 'prove',
    },
    {
      what: 'nobody serves',
      view: nodes({ has: [], sketch: { verdict: 'dead' } }),
      application: onItsWay('spread'),
      phase: 'waits',
    },
    { what: 'the command runs', view: nodes(both, both), application: onItsWay('command'), phase: 'waits' },
    {
      what: 'the command has run',
      view: nodes({ ...both, result: { kind: 'ran', attempt: 7, why: '' } }, both),
      application: onItsWay('command'),
      phase: 'prove',
    },
    {
      what: 'another attempt’s command has run',
      view: nodes({ ...both, result: { kind: 'ran', attempt: 6, why: '' } }),
      application: onItsWay('command'),
      phase: 'waits',
    },
    {
      what: 'the node of the command is gone',
      view: nodes({ ...both, sketch: { verdict: 'dead' } }, both),
      application: onItsWay('command'),
      phase: 'ended',
    },
    {
      what: 'one has not proved it',
      view: nodes(proved, both),
      application: onItsWay('prove'),
      phase: 'waits',
    },
    {
      what: 'all have proved it',
      view: nodes(proved, proved),
      application: onItsWay('prove'),
      phase: 'switch',
    },
    {
      what: 'one finds a fault',
      view: nodes(proved, { ...both, result: { kind: 'fault', attempt: 7, why: '/ answers 500' } }),
      application: onItsWay('prove'),
      phase: 'ended',
    },
    {
      what: 'one serves the old one',
      view: nodes({ ...proved, serves: 'r2' }, proved),
      application: onItsWay('switch'),
      phase: 'waits',
    },
    {
      what: 'all serve it',
      view: nodes({ ...proved, serves: 'r2' }),
      application: onItsWay('switch'),
      phase: 'purge',
    },
    {
      what: 'a balancer may take older pages',
      view: nodes({ ...both, serves: 'r2', sketch: balancer('purged:6') }),
      application: purging(7),
      phase: 'waits',
    },
    {
      what: 'a balancer whose agent is silent may do so, too',
      view: nodes(serving, { ...serving, sketch: { ...balancer('purged:6'), verdict: 'unmanaged' } }),
      application: purging(7),
      phase: 'waits',
    },
    {
      what: 'all balancers know of the purge, or of a later one',
      view: nodes(
        { ...serving, sketch: balancer('r purged:7') },
        { ...serving, sketch: balancer('purged:9') },
      ),
      application: purging(7),
      phase: 'done',
    },
    {
      what: 'balancers that are dead or away are not waited for',
      view: nodes(
        serving,
        { ...serving, sketch: { ...balancer('purged:6'), verdict: 'dead' } },
        { ...serving, sketch: { ...balancer(''), verdict: 'unreachable' } },
      ),
      application: purging(7),
      phase: 'done',
    },
    {
      what: 'a switch that was taken back is not seen everywhere',
      view: nodes(both, serving),
      application: takenBack,
      phase: 'waits',
    },
    {
      what: 'a switch that was taken back is seen everywhere',
      view: nodes(both, both),
      application: takenBack,
      phase: 'purge',
    },
  ])('$what: $phase', ({ view, application, phase }) => {
    const step = advance(view, application, at(5));

    const became = step?.application;
    if (phase === 'waits') expect(step).toBeUndefined();
    else if (phase === 'done') expect(became).toMatchObject({ current: 'r2', former: 'r1' });
    else if (phase === 'ended') expect(became).toMatchObject({ current: 'r1', failed: { release: 'r2' } });
    else expect(became?.next?.phase).toBe(phase);
    if (phase === 'done' || phase === 'ended') expect(became).not.toHaveProperty('next');
  });

  it('is what counts from the switch on, and the one before stays for its static files', () => {
    const step = advance(nodes(proved), onItsWay('prove'), at(1));

    expect(step?.application).toMatchObject({ current: 'r2', former: 'r1', next: { phase: 'switch' } });
  });

  it('comes to nothing after a time, and a switch is taken back', () => {
    const step = advance(nodes(proved), onItsWay('switch'), at(61));

    expect(step?.application).toMatchObject({
      current: 'r1',
      releases: [{ id: 'r1' }],
      next: { release: 'r1', phase: 'purge' },
      failed: { release: 'r2' },
    });
    expect(step?.sentence).toContain('b1');
  });

  it('makes stored pages old all the same where the taking back is not seen everywhere', () => {
    const view = nodes(both, serving);

    expect(advance(view, takenBack, at(59))).toBeUndefined();
    expect(advance(view, takenBack, at(61))).toMatchObject({ purges: true, application: { current: 'r1' } });
  });

  it('waits for balancers without an end, and is never taken back for them', () => {
    const view = nodes({ ...serving, sketch: balancer('purged:6') });

    expect(advance(view, purging(7), at(9_999))).toBeUndefined();
    expect(waitedFor(view, purging(7)).map(({ record }) => record.name)).toEqual(['b1']);
  });

  it('makes pages of all its domains old in the transaction that ends the switch', () => {
    const application = onItsWay('switch');
    const entry = { value: JSON.stringify(application), modRevision: 4 };
    const snapshot = { revision: 5, entries: { [applicationKey('shop')]: entry } };
    const [change] = applications(nodes(serving), snapshot, at(1));
    const { put = {}, conditions } = change?.transaction ?? { conditions: [] };
    const cache = PurgedDecision.parse(JSON.parse(put[cacheKey] ?? '{}'));
    const after = JSON.parse(put[applicationKey('shop')] ?? '{}') as unknown;

    expect(Object.keys(cache.prefixes)).toEqual(['/shop.example/', '/www.shop.example/']);
    expect(after).toMatchObject({ next: { phase: 'purge', purged: cache.version } });
    expect(conditions).toEqual([
      { key: applicationKey('shop'), modRevision: 4 },
      { key: cacheKey, modRevision: 0 },
    ]);
  });

  it('keeps a release that it went back to in vain', () => {
    const step = advance(nodes(both), onItsWay('prove', undefined, true), at(91));

    expect(step?.application.releases.map(({ id }) => id)).toEqual(['r1', 'r2']);
  });

  it('leaves five, whichever are in use', () => {
    const ids = ['r1', 'r2', 'r3', 'r4', 'r5', 'r6', 'r7'];
    const application = {
      ...purging(7),
      releases: ids.map((id) => sampleRelease(id)),
      current: 'r2',
      former: 'r1',
    };
    const step = advance(nodes({ ...both, serves: 'r2' }), application, at(1));

    expect(step?.application.releases.map(({ id }) => id)).toEqual(['r1', 'r2', 'r5', 'r6', 'r7']);
  });

  it('names whom it waits for', () => {
    const waits = waitedFor(nodes(proved, both), onItsWay('prove'));

    expect(waits.map(({ record }) => record.name)).toEqual(['b2']);
  });
});

describe('what is run once per cluster', () => {
  const cron = [{ schedule: '@hourly', command: 'php x' }];
  const runs = (runner?: string): Application =>
    sampleApplication({
      releases: [sampleRelease('r1', { cron })],
      current: 'r1',
      ...(runner === undefined ? {} : { runner }),
    });

  it.each([
    { what: 'nobody runs it yet', view: nodes(both, both), application: runs(), runner: recordOf(1).id },
    {
      what: 'somebody runs it',
      view: nodes(both, both),
      application: runs(recordOf(2).id),
      runner: undefined,
    },
    {
      what: 'who runs it is out of reach',
      view: nodes(both, { ...both, sketch: { verdict: 'unreachable' } }),
      application: runs(recordOf(2).id),
      runner: undefined,
    },
    {
      what: 'who ran it is dead',
      view: nodes(both, { ...both, sketch: { verdict: 'dead' } }),
      application: runs(recordOf(2).id),
      runner: recordOf(1).id,
    },
    {
      what: 'who ran it serves no pages any more',
      view: nodes(both, { ...both, sketch: { roles: ['db'] } }),
      application: runs(recordOf(2).id),
      runner: recordOf(1).id,
    },
    {
      what: 'there is nothing to run',
      view: nodes(both),
      application: sampleApplication({ current: 'r1' }),
      runner: undefined,
    },
  ])('$what', ({ view, application, runner }) => {
    expect(runnerChange(view, application)?.application.runner).toBe(runner);
  });
});
