import { describe, expect, it } from 'vitest';
import { type RejoinParts, rejoin, whyNot } from '../../../../agent/self/rejoin.ts';
import type { View } from '../../../../roles/model/view.ts';
import { recordOf, viewOf } from '../../../support/sketches.ts';

const interfaces = [
  { name: 'eth0', address: '10.77.0.11', prefix: 24 },
  { name: 'eth1', address: '192.168.7.2', prefix: 16 },
];
const two = viewOf({ ordinal: 1, hardware: { interfaces } }, { ordinal: 2 });

describe('where others are looked for', () => {
  it.each([
    { address: '10.88.0.12', why: undefined },
    { address: '10.77.0.12', why: undefined },
    { address: '10.77.0.11', why: 'this machine itself has that address: name one of another node' },
    { address: '192.168.7.2', why: 'this machine itself has that address: name one of another node' },
    {
      address: '10.77.0.255',
      why: 'it is the address of all machines of a network, and these are called already',
    },
    {
      address: '192.168.255.255',
      why: 'it is the address of all machines of a network, and these are called already',
    },
    { address: '127.0.0.1', why: 'it is loopback, which is every machine itself' },
    { address: '224.0.0.18', why: 'it is a multicast address' },
    { address: '10.77.0.11', view: viewOf({ ordinal: 1, silent: true }, { ordinal: 2 }), why: /itself/ },
  ])('$address: $why', ({ address, view = two, why }) => {
    const said = whyNot(view, address);
    if (why instanceof RegExp) expect(said).toMatch(why);
    else expect(said).toBe(why);
  });
});

describe('muster rejoin', () => {
  const { id } = recordOf(2);

  /** A node in whose network these answer, by their address. */
  function node(
    answers: Readonly<Record<string, string>>,
    view: View | undefined = two,
  ): { readonly parts: RejoinParts; readonly told: readonly string[] } {
    const told: string[] = [];
    const parts: RejoinParts = {
      view: () => view,
      gossip: { membership: () => ({ greet: async (address) => answers[address] }) },
      journal: { tell: async ({ sentence }) => void told.push(sentence) },
    };
    return { parts, told };
  }

  it('says who answers, and writes it down', async () => {
    const { parts, told } = node({ '10.88.0.12': id });
    const report = await rejoin(parts, '10.88.0.12');
    expect(report.node).toEqual({ id, name: 'b2', address: '10.88.0.12' });
    expect(report.sentence).toContain('b2 answers from 10.88.0.12');
    expect(told).toEqual([report.sentence]);
  });

  it.each([
    { what: 'nobody answers', parts: node({}).parts, code: 'peer-unreachable' },
    {
      what: 'gossip does not run',
      parts: { ...node({}).parts, gossip: { membership: () => undefined } },
      code: 'peer-unreachable',
    },
    {
      what: 'nothing is decided yet',
      parts: { ...node({}).parts, view: () => undefined },
      code: 'peer-unreachable',
    },
    {
      what: 'it is alone',
      parts: node({ '10.88.0.12': id }, viewOf({ ordinal: 1 })).parts,
      code: 'request-invalid',
    },
  ])('$what: $code', async ({ parts, code }) => {
    await expect(rejoin(parts, '10.88.0.12')).rejects.toMatchObject({ code });
  });
});
