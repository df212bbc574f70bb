import { describe, expect, it } from 'vitest';
import { namedDatabaseChange, rotationChange } from '../../../../agent/databases/change.ts';
import { decode } from '../../../../coordinator/store/codec.ts';
import { clusterKey, decisionsPrefix } from '../../../../coordinator/store/keys.ts';
import { MemoryDecisions } from '../../../../coordinator/store/memory.ts';
import type { Snapshot } from '../../../../roles/model/ports.ts';
import { FakeClock } from '../../../support/fake-clock.ts';

const now = new Date('2026-01-01T12:00:00.000Z');

describe('a database in the decisions', () => {
  it('comes with its secret, in one transaction, and is rotated with it', async () => {
    const decisions = new MemoryDecisions(new FakeClock());
    const cluster = JSON.stringify({ id: 'caaaaaaaaaaaa', generation: 1 });
    await decisions.transact({ conditions: [], put: { [clusterKey]: cluster } });
    const snapshot = async (): Promise<Snapshot> => decisions.read(decisionsPrefix);
    const made = namedDatabaseChange(await snapshot(), 'shop', now);
    expect(await decisions.transact(made.transaction)).toMatchObject({ committed: true });
    const first = decode(await snapshot());
    expect(Object.keys(first.secrets)).toEqual(['db-shop']);
    await decisions.transact(rotationChange(await snapshot(), 'shop', now).transaction);
    const second = decode(await snapshot());
    const [before, after] = [first.databases[0], second.databases[0]];
    expect(after?.former?.passwordHash).toBe(before?.passwordHash);
    expect(after?.passwordHash).toMatch(/^\*[0-9A-F]{40}$/);
    expect(second.secretRevisions['db-shop']).toBeGreaterThan(first.secretRevisions['db-shop'] ?? 0);
  });
});
