import { describe, expect, it } from 'vitest';
import { advance, waitedFor } from '../../../../coordinator/brain/applications.ts';
import { runnerChange } from '../../../../coordinator/brain/runners.ts';
import type { Application, Phase } from '../../../../roles/model/application.ts';
import type { ApplicationWords } from '../../../../roles/model/application-facts.ts';
import type { View } from '../../../../roles/model/view.ts';
import { sampleApplication, sampleRelease, saying } from '../../../support/sample-application.ts';
import { type NodeSketch, nodeOf, recordOf, viewOf } from '../../../support/sketches.ts';

const start = Date.parse('2026-01-01T12:00:00.000Z');
const at = (seconds: number): Date => new Date(start + seconds * 1_000);

/** A view of web nodes that say these things of `shop`, in their order. */
function nodes(...said: readonly (ApplicationWords & { readonly sketch?: Partial<NodeSketch> })[]): View {
  const all = said.map(({ sketch, ...words }, index) =>
    saying(nodeOf({ ordinal: index + 1, ...sketch }), words),
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

const both = { has: ['r1', 'r2'], serves: 'r1' };
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
      phase: 'done',
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

    expect(step?.application).toMatchObject({ current: 'r1', releases: [{ id: 'r1' }] });
    expect(step?.sentence).toContain('b1');
  });

  it('keeps a release that it went back to in vain', () => {
    const step = advance(nodes(both), onItsWay('prove', undefined, true), at(91));

    expect(step?.application.releases.map(({ id }) => id)).toEqual(['r1', 'r2']);
  });

  it('leaves five, whichever are in use', () => {
    const ids = ['r1', 'r2', 'r3', 'r4', 'r5', 'r6', 'r7'];
    const application = {
      ...onItsWay('switch'),
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
