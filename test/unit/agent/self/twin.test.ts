import { describe, expect, it } from 'vitest';
import { findTwin } from '../../../../agent/self/twin.ts';
import { decode } from '../../../../coordinator/store/codec.ts';
import { seedSnapshot } from '../../../../coordinator/store/seed.ts';
import { MusterError } from '../../../../roles/model/errors.ts';
import { recordOf } from '../../../support/sketches.ts';

const [own, b2, b3] = [recordOf(1), recordOf(2), recordOf(3)];
const elsewhere = '10.77.0.77';

type Said = { readonly address: string; readonly agoMs: number } | null | 'silent' | 'refuses' | 'nonsense';

/** A machine with the identity of b1 starts at an address; what each place that it knows says. */
function found(address: string, said: Readonly<Record<string, Said>>): Promise<string | undefined> {
  const snapshot = seedSnapshot({ cluster: { id: 'caaaaaaaaaaaa', generation: 1 }, nodes: [own, b2, b3] });
  const ask = async (place: { name: string }): Promise<{ status: number; body: string }> => {
    const heard = said[place.name] ?? null;
    if (heard === 'silent') {
      throw new MusterError('peer-unreachable', { what: 'silent', why: 'off', next: 'muster status' });
    }
    if (heard === 'refuses') return { status: 404, body: '{}' };
    if (heard === 'nonsense') return { status: 200, body: '<html>' };
    return { status: 200, body: JSON.stringify({ schemaVersion: 1, heard }) };
  };
  return findTwin({
    config: { nodeId: own.id, address },
    source: { known: () => decode(snapshot), peers: { ask } },
  });
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
  ])('$what', async ({ at, said, twin }) => expect(await found(at, said)).toBe(twin));

  it('does not ask itself', async () => {
    expect(await found(own.address, { b1: { address: elsewhere, agoMs: 0 } })).toBeUndefined();
  });
});
