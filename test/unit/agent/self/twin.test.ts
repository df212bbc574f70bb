import { describe, expect, it } from 'vitest';
import {
  type FindTwinParts,
  findRival,
  findTwin,
  isFight,
  keepsStill,
  type Rival,
} from '../../../../agent/self/twin.ts';
import { decode } from '../../../../coordinator/store/codec.ts';
import { seedSnapshot } from '../../../../coordinator/store/seed.ts';
import { MusterError } from '../../../../roles/model/errors.ts';
import { recordOf } from '../../../support/sketches.ts';

const [own, b2, b3] = [recordOf(1), recordOf(2), recordOf(3)];
const elsewhere = '10.77.0.77';

type Said = Rival | null | 'silent' | 'refuses' | 'nonsense';

/** A machine with the identity of b1 at an address; what each place that it knows, or hears of, says. */
function partsOf(address: string, said: Readonly<Record<string, Said>>, left?: string): FindTwinParts {
  const snapshot = seedSnapshot({ cluster: { id: 'caaaaaaaaaaaa', generation: 1 }, nodes: [own, b2, b3] });
  const ask = async (place: { name: string; address: string }): Promise<{ status: number; body: string }> => {
    const heard = said[place.name] ?? said[place.address] ?? null;
    if (heard === 'silent') {
      throw new MusterError('peer-unreachable', { what: 'silent', why: 'off', next: 'muster status' });
    }
    if (heard === 'refuses') return { status: 404, body: '{}' };
    if (heard === 'nonsense') return { status: 200, body: '<html>' };
    return { status: 200, body: JSON.stringify({ schemaVersion: 1, heard }) };
  };
  return {
    config: { nodeId: own.id, address },
    twin: { left: () => left, livesMs: () => 0 },
    source: { known: () => decode(snapshot), peers: { ask } },
  };
}

describe('a machine that starts', () => {
  it.each<{ what: string; at: string; said: Readonly<Record<string, Said>>; twin: string | undefined }>([
    { what: 'lives where nobody hears its name', at: own.address, said: {}, twin: undefined },
    {
      what: 'lives when it was heard itself a moment ago',
      at: own.address,
      said: { b2: { address: own.address, agoMs: 200 } },
      twin: undefined,
    },
    {
      what: 'lives when it moved, and was silent meanwhile',
      at: elsewhere,
      said: { b1: 'silent', b2: { address: own.address, agoMs: 4_000 } },
      twin: undefined,
    },
    {
      what: 'keeps still when another is heard under its name',
      at: elsewhere,
      said: { b1: 'silent', b2: 'silent', b3: { address: own.address, agoMs: 100 } },
      twin: own.address,
    },
    {
      what: 'keeps still when the other itself answers, where it was last',
      at: elsewhere,
      said: { b1: { address: own.address, agoMs: 0 }, b2: 'silent', b3: 'silent' },
      twin: own.address,
    },
    {
      what: 'lives when nobody answers, or nothing of use',
      at: elsewhere,
      said: { b1: 'silent', b2: 'refuses', b3: 'nonsense' },
      twin: undefined,
    },
  ])('$what', async ({ at, said, twin }) => expect(await findTwin(partsOf(at, said))).toBe(twin));

  it('knows itself in who is still heard where it was a moment ago, and asks nobody there', async () => {
    const heard = { address: own.address, agoMs: 100 };
    expect(await findTwin(partsOf(elsewhere, { b1: heard, b2: heard }, own.address))).toBeUndefined();
  });

  it('does not ask itself', async () => {
    const said = { b1: { address: elsewhere, agoMs: 0 } };
    expect(await findTwin(partsOf(own.address, said))).toBeUndefined();
  });
});

describe('of two that outlive each other', () => {
  const [low, high] = ['10.77.0.11', '10.77.0.77'];

  it.each<{
    what: string;
    own: [string, number];
    rival: [string, number | undefined, number];
    still: boolean;
  }>([
    { what: 'the later one keeps still', own: [low, 5_000], rival: [high, 60_000, 0], still: true },
    { what: 'the earlier one goes on', own: [high, 60_000], rival: [low, 5_000, 0], still: false },
    {
      what: 'the higher address keeps still if both began at once',
      own: [high, 61_000],
      rival: [low, 60_000, 0],
      still: true,
    },
    { what: 'the lower address goes on then', own: [low, 60_000], rival: [high, 61_000, 0], still: false },
    {
      what: 'the higher address keeps still where the other is heard, and does not answer',
      own: [high, 60_000],
      rival: [low, undefined, 200],
      still: true,
    },
    {
      what: 'the lower address goes on there',
      own: [low, 60_000],
      rival: [high, undefined, 200],
      still: false,
    },
    {
      what: 'whoever moved does not keep still for where it was',
      own: [high, 5_000],
      rival: [low, undefined, 4_000],
      still: false,
    },
  ])('$what', ({ own: [address, livesMs], rival: [other, otherLivesMs, agoMs], still }) => {
    const rival = { address: other, agoMs, livesMs: otherLivesMs };
    expect(keepsStill({ address, livesMs }, rival)).toBe(still);
  });

  it.each<{ what: string; said: Readonly<Record<string, Said>>; rival: string | undefined }>([
    { what: 'nobody hears another', said: { b2: { address: low, agoMs: 100 } }, rival: undefined },
    {
      what: 'another is heard, and has lived for longer',
      said: { b2: { address: high, agoMs: 30_000 }, [high]: { address: high, agoMs: 0, livesMs: 90_000 } },
      rival: high,
    },
    {
      what: 'another is heard, and has lived for less',
      said: { b2: { address: high, agoMs: 30_000 }, [high]: { address: high, agoMs: 0, livesMs: 900 } },
      rival: undefined,
    },
    {
      what: 'another was heard long ago',
      said: { b2: { address: high, agoMs: 61_000 }, [high]: { address: high, agoMs: 0, livesMs: 90_000 } },
      rival: undefined,
    },
  ])('it is asked for: $what', async ({ said, rival }) => {
    const twin = { left: () => undefined, livesMs: () => 10_000 };
    expect(await findRival({ ...partsOf(low, said), twin })).toBe(rival);
  });

  it.each([
    { what: 'once', before: undefined, fights: false },
    { what: 'twice within a minute', before: 1_000, fights: true },
    { what: 'twice within days', before: -59_000, fights: false },
  ])('no fight is seen before its time: outlived $what', ({ before, fights }) => {
    expect(isFight(before, 2_000)).toBe(fights);
  });
});
