import { describe, expect, it } from 'vitest';
import { beginRelease, beginRollback } from '../../../../coordinator/brain/application-verbs.ts';
import { applicationKey } from '../../../../coordinator/store/keys.ts';
import type { Application } from '../../../../roles/model/application.ts';
import type { Snapshot } from '../../../../roles/model/ports.ts';
import { sampleApplication, sampleRelease } from '../../../support/sample-application.ts';

const now = new Date('2026-01-01T12:00:00.000Z');

/** `shop` serves r2, and its stored pages are being made old in this way. */
function storing(next: Partial<NonNullable<Application['next']>>): Snapshot {
  const since = now.toISOString();
  const application = sampleApplication({
    releases: [sampleRelease('r1'), sampleRelease('r2')],
    counted: 2,
    attempts: 2,
    current: 'r2',
    former: 'r1',
    next: { release: 'r2', phase: 'purge', since, back: false, attempt: 2, ...next },
  });
  const entry = { value: JSON.stringify(application), modRevision: 4 };
  return { revision: 4, entries: { [applicationKey('shop')]: entry } };
}

describe('a release that is to begin while another is on its way', () => {
  const { id: _id, at: _at, from, ...facts } = sampleRelease('r3');
  it.each([
    { what: 'balancers alone are waited for', next: { purged: 7 }, begins: true },
    { what: 'a switch is just taken back', next: {}, begins: false },
    { what: 'it is unpacked', next: { phase: 'spread' }, begins: false },
  ] as const)('$what: $begins', ({ next, begins }) => {
    const deploy = (): unknown => beginRelease(storing(next), 'shop', facts, { from, now });
    const back = (): unknown => beginRollback(storing(next), 'shop', undefined, now);

    if (begins) expect([deploy(), back()]).toMatchObject([{ release: 'r3' }, { release: 'r1' }]);
    for (const word of begins ? [] : [deploy, back]) expect(word).toThrow('on its way already');
  });
});
