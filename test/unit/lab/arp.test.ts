import { describe, expect, test } from 'vitest';

import { type Claim, claimFilter, claimIn, mastersOf } from '../../lab/harness/arp.ts';

const [b1, b2] = ['02:00:00:00:00:01', '02:00:00:00:00:02'];

test('the filter takes the sender address of ARP, and no other', () => {
  expect(claimFilter('10.77.0.100')).toBe('arp[14:4] = 0x0a4d0064');
});

test.each([
  {
    what: 'a gratuitous request',
    line: `1700000000.123456 ${b1} > ff:ff:ff:ff:ff:ff, ethertype ARP (0x0806), length 42: Request who-has 10.77.0.100 (ff:ff:ff:ff:ff:ff) tell 10.77.0.100, length 28`,
    claim: { atMs: 1_700_000_000_123.456, mac: b1 },
  },
  {
    what: 'an answer',
    line: `1700000001.5 ${b2} > ${b1}, ethertype ARP (0x0806), length 42: Reply 10.77.0.100 is-at ${b2}, length 28`,
    claim: { atMs: 1_700_000_001_500, mac: b2 },
  },
  { what: 'the last words of tcpdump', line: '12 packets captured', claim: undefined },
  { what: 'an empty line', line: '', claim: undefined },
])('$what as a claim', ({ line, claim }) => {
  expect(claimIn(line)).toEqual(claim);
});

describe('masters', () => {
  const claims = (...all: ReadonlyArray<readonly [number, string]>): Claim[] =>
    all.map(([atMs, mac]) => ({ atMs, mac }));

  test.each([
    { what: 'nobody', of: claims(), reigns: [], overlaps: [] },
    {
      what: 'one, who says it again and again',
      of: claims([0, b1], [1, b1], [5_000, b1], [60_000, b1]),
      reigns: [b1],
      overlaps: [],
    },
    {
      what: 'a hand-over',
      of: claims([0, b1], [1_000, b2], [1_001, b2], [6_000, b2]),
      reigns: [b1, b2],
      overlaps: [],
    },
    {
      what: 'a hand-over, and back a minute later',
      of: claims([0, b1], [1_000, b2], [61_000, b1], [66_000, b1]),
      reigns: [b1, b2, b1],
      overlaps: [],
    },
    {
      what: 'the end of a burst that was on its way',
      of: claims([1_000, b1], [1_001, b2], [1_002, b1], [1_003, b1], [6_001, b2]),
      reigns: [b1, b2],
      overlaps: [],
    },
    {
      what: 'the former answers for it half a second later',
      of: claims([0, b1], [1_000, b2], [1_500, b1]),
      reigns: [b1, b2],
      overlaps: [{ atMs: 1_500, former: b1, newer: b2 }],
    },
    {
      what: 'the former has not noticed: its second burst',
      of: claims([0, b1], [1_000, b2], [5_000, b1], [6_000, b2]),
      reigns: [b1, b2],
      overlaps: [{ atMs: 5_000, former: b1, newer: b2 }],
    },
    {
      what: 'a move back at once, which is none',
      of: claims([0, b1], [1_000, b2], [1_300, b1], [1_301, b1]),
      reigns: [b1, b2],
      overlaps: [
        { atMs: 1_300, former: b1, newer: b2 },
        { atMs: 1_301, former: b1, newer: b2 },
      ],
    },
    {
      what: 'claims that were read out of order',
      of: claims([1_000, b2], [0, b1], [2_000, b2]),
      reigns: [b1, b2],
      overlaps: [],
    },
  ])('$what', ({ of, reigns, overlaps }) => {
    const found = mastersOf(of);
    expect(found.reigns.map(({ mac }) => mac)).toEqual(reigns);
    expect(found.overlaps).toEqual(overlaps);
  });

  test('a reign lasts from its first claim to its last', () => {
    expect(mastersOf(claims([5, b1], [7, b1], [9_000, b2])).reigns).toEqual([
      { mac: b1, fromMs: 5, lastMs: 7 },
      { mac: b2, fromMs: 9_000, lastMs: 9_000 },
    ]);
  });
});
