import { describe, expect, it } from 'vitest';
import { dutiesOf } from '../../../../agent/applications/duties.ts';
import type { Application, Phase } from '../../../../roles/model/application.ts';
import { sampleApplication, sampleRelease } from '../../../support/sample-application.ts';
import { recordOf } from '../../../support/sketches.ts';

const self = recordOf(1).id;

function onItsWay(phase: Phase, node?: string): Application {
  const since = '2026-01-01T12:00:00.000Z';
  return sampleApplication({
    releases: ['r1', 'r2', 'r3'].map((id) => sampleRelease(id)),
    current: 'r2',
    next: { release: 'r3', phase, since, back: false, attempt: 4, ...(node === undefined ? {} : { node }) },
  });
}

/** Its stored pages count as old. */
function purged(application: Application): Application {
  const { next } = application;
  return next === undefined ? application : { ...application, next: { ...next, purged: 7 } };
}

const all = ['r1', 'r2', 'r3'];
const quiet = { self, unpacked: all, state: {}, running: false };

describe('what a node has to do for an application', () => {
  it.each([
    { what: 'all is there', input: { ...quiet, application: sampleApplication() }, duties: [] },
    {
      what: 'what counts comes first, then what is on its way',
      input: { ...quiet, unpacked: [], application: onItsWay('spread') },
      duties: ['unpack r2', 'unpack r3', 'unpack r1'],
    },
    {
      what: 'one to go back to holds nothing up',
      input: { ...quiet, unpacked: ['r2', 'r3'], application: onItsWay('prove') },
      duties: ['prove r3', 'unpack r1'],
    },
    {
      what: 'the command is another node’s',
      input: { ...quiet, application: onItsWay('command', recordOf(2).id) },
      duties: [],
    },
    {
      what: 'the command is its own',
      input: { ...quiet, application: onItsWay('command', self) },
      duties: ['command r3'],
    },
    {
      what: 'the command runs',
      input: { ...quiet, application: onItsWay('command', self), running: true, state: { begun: 4 } },
      duties: [],
    },
    {
      what: 'the command was cut off by the end of the agent',
      input: { ...quiet, application: onItsWay('command', self), state: { begun: 4 } },
      duties: ['cut-off'],
    },
    {
      what: 'the command has run',
      input: {
        ...quiet,
        application: onItsWay('command', self),
        state: { begun: 4, result: { kind: 'ran', attempt: 4, why: '' } },
      } as const,
      duties: [],
    },
    {
      what: 'an earlier attempt’s proof is none of this one',
      input: {
        ...quiet,
        application: onItsWay('prove'),
        state: { result: { kind: 'proved', attempt: 3, why: '' } },
      } as const,
      duties: ['prove r3'],
    },
    {
      what: 'it is proved',
      input: {
        ...quiet,
        application: onItsWay('prove'),
        state: { result: { kind: 'proved', attempt: 4, why: '' } },
      } as const,
      duties: [],
    },
    { what: 'it is switched', input: { ...quiet, application: onItsWay('switch') }, duties: ['watch r3'] },
    {
      what: 'it is taken back to',
      input: { ...quiet, application: onItsWay('purge') },
      duties: ['watch r3'],
    },
    {
      what: 'balancers alone are waited for',
      input: { ...quiet, application: purged(onItsWay('purge')) },
      duties: [],
    },
  ])('$what', ({ input, duties }) => {
    const found = dutiesOf(input);

    expect(found.map((duty) => ('release' in duty ? `${duty.kind} ${duty.release.id}` : duty.kind))).toEqual(
      duties,
    );
  });
});
