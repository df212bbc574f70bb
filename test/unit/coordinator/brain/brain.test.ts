import { describe, expect, it } from 'vitest';
import { think } from '../../../../coordinator/brain/brain.ts';
import { changeSettings, settingsChanges } from '../../../../coordinator/brain/change-settings.ts';
import { Candidate, leaseSeconds } from '../../../../coordinator/brain/leadership.ts';
import { decode } from '../../../../coordinator/store/codec.ts';
import { assignmentKey, settingsKey } from '../../../../coordinator/store/keys.ts';
import { MemoryDecisions } from '../../../../coordinator/store/memory.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { recordOf, viewOf } from '../../../support/sketches.ts';

const placeable = [
  { role: 'balancer', summary: 'balances' },
  { role: 'web', summary: 'serves' },
] as const;

/** Nobody is missed. */
const quiet = { silence: () => ({ silentMs: {}, heard: [] }) };

const [first, second] = [recordOf(1).id, recordOf(2).id];

/** The brain as the first node runs it. */
const partsOf = (decisions: MemoryDecisions, clock: FakeClock): Parameters<typeof think>[0] => ({
  decisions,
  candidate: new Candidate(decisions, clock, first),
  placeable,
  ...quiet,
  now: () => clock.now(),
});

describe('the leader lease', () => {
  function cluster(): { clock: FakeClock; decisions: MemoryDecisions; candidates: [Candidate, Candidate] } {
    const clock = new FakeClock();
    const decisions = new MemoryDecisions(clock);
    return {
      clock,
      decisions,
      candidates: [new Candidate(decisions, clock, first), new Candidate(decisions, clock, second)],
    };
  }

  it('is held by one at a time, and kept by renewing', async () => {
    const { clock, candidates } = cluster();
    const leadership = await candidates[0].lead();
    for (let turn = 0; turn < 10; turn += 1) {
      await clock.advance(3_000);
      expect(await candidates[1].lead()).toBeUndefined();
      expect(await candidates[0].lead()).toEqual(leadership);
    }
  });

  it('passes on when its holder is silent, with a higher revision', async () => {
    const { clock, candidates } = cluster();
    const before = await candidates[0].lead();
    await clock.advance(leaseSeconds * 1_000 + 1_000);
    const after = await candidates[1].lead();
    expect(after?.modRevision).toBeGreaterThan(before?.modRevision ?? 0);
    expect(await candidates[0].lead()).toBeUndefined();
  });

  it('passes on at once when its holder resigns', async () => {
    const { candidates } = cluster();
    await candidates[0].lead();
    await candidates[0].resign();
    expect(await candidates[1].lead()).toBeDefined();
  });
});

describe('the brain', () => {
  it('decides once, and tells it', async () => {
    const clock = new FakeClock();
    const decisions = new MemoryDecisions(clock);
    const parts = partsOf(decisions, clock);
    const view = viewOf({ ordinal: 1, roles: [] });
    const told = await think(parts, view, await decisions.read('/muster/'));
    expect(told).toEqual(['b1 is given balancer and web: it is the only node']);
    expect(decode(await decisions.read('/muster/')).assignments[first]?.roles).toEqual(['balancer', 'web']);
  });

  it('writes nothing from an old view', async () => {
    const clock = new FakeClock();
    const decisions = new MemoryDecisions(clock);
    const old = await decisions.read('/muster/');
    const theirs = JSON.stringify({ roles: ['web'], why: {} });
    await decisions.transact({ conditions: [], put: { [assignmentKey(first)]: theirs } });
    const parts = partsOf(decisions, clock);
    expect(await think(parts, viewOf({ ordinal: 1, roles: [] }), old)).toEqual([]);
    expect(decode(await decisions.read('/muster/')).assignments[first]?.roles).toEqual(['web']);
  });

  it('writes nothing once another leads', async () => {
    const clock = new FakeClock();
    const decisions = new MemoryDecisions(clock);
    await new Candidate(decisions, clock, second).lead();
    const parts = partsOf(decisions, clock);
    const view = viewOf({ ordinal: 1, roles: [] });
    expect(await think(parts, view, await decisions.read('/muster/'))).toEqual([]);
  });
});

describe('a change of settings', () => {
  async function store(): Promise<MemoryDecisions> {
    const decisions = new MemoryDecisions(new FakeClock());
    await decisions.transact({ conditions: [], put: { [settingsKey]: '{}' } });
    return decisions;
  }
  const revision = 1;

  it('is stored whole, with defaults', async () => {
    const decisions = await store();
    const at = (await decisions.read(settingsKey)).entries[settingsKey]?.modRevision ?? 0;
    const changed = await changeSettings(decisions, { revision: at, settings: { web: { workers: 7 } } });
    expect(changed.settings).toMatchObject({
      web: { workers: 7, memoryLimitMiB: 128 },
      cluster: { name: 'muster' },
    });
    expect(decode(await decisions.read('/muster/')).settings).toEqual(changed.settings);
  });

  it.each([
    { what: 'an unknown key', settings: { web: { wrokers: 7 } } },
    { what: 'a wrong value', settings: { web: { workers: 'many' } } },
    { what: 'no object', settings: 'workers' },
  ])('of $what changes nothing', async ({ settings }) => {
    const decisions = await store();
    const before = await decisions.read('/muster/');
    await expect(changeSettings(decisions, { revision, settings })).rejects.toMatchObject({
      code: 'settings-invalid',
    });
    expect(await decisions.read('/muster/')).toEqual(before);
  });

  it('from an old revision changes nothing', async () => {
    const decisions = await store();
    const before = await decisions.read('/muster/');
    const change = { revision: 99, settings: {} };
    await expect(changeSettings(decisions, change)).rejects.toMatchObject({ code: 'settings-changed' });
    expect(await decisions.read('/muster/')).toEqual(before);
  });

  it('waits for the first decisions to be stored', async () => {
    const decisions = new MemoryDecisions(new FakeClock());
    const change = { revision: 0, settings: {} };
    await expect(changeSettings(decisions, change)).rejects.toMatchObject({ code: 'store-unreachable' });
    expect((await decisions.read('/')).entries).toEqual({});
  });

  it('is told key by key', () => {
    const before = { web: { workers: 'auto', memoryLimitMiB: 128 } };
    expect(settingsChanges(before, { web: { workers: 7, memoryLimitMiB: 128 } })).toEqual([
      'web.workers: "auto" -> 7',
    ]);
  });
});
