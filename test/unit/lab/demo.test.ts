import { describe, expect, test } from 'vitest';

import { sentences } from '../../lab/commands/demo-sentences.ts';

describe('what the demo tells', () => {
  test.each([
    {
      what: 'nothing lost',
      loss: { failed: 0, posts: 0, silenceMs: 40 },
      says: 'After 2.1 s no balancer sends anything there any more. No request was lost; at no time had visitors to wait for a page.',
    },
    {
      what: 'one POST',
      loss: { failed: 1, posts: 1, silenceMs: 40 },
      says: 'After 2.1 s no balancer sends anything there any more. 1 request was lost, a POST, which nobody may send a second time; at no time had visitors to wait for a page.',
    },
    {
      what: 'three POSTs',
      loss: { failed: 3, posts: 3, silenceMs: 200 },
      says: 'After 2.1 s no balancer sends anything there any more. 3 requests were lost, all of them POSTs, which nobody may send a second time; at no time had visitors to wait for a page.',
    },
    {
      what: 'several of all kinds, and a silence',
      loss: { failed: 7, posts: 2, silenceMs: 1_240 },
      says: 'After 2.1 s no balancer sends anything there any more. 7 requests were lost; the longest time without a page was 1.2 s.',
    },
  ])('$what', ({ loss, says }) => {
    expect(sentences.webOut(2_100, loss)).toBe(says);
  });

  test.each([
    { count: { sent: 24_310, failed: 0 }, says: /^That was all: 24,310 requests and none failed, while/ },
    { count: { sent: 980, failed: 71 }, says: /^That was all: 980 requests and 71 of them failed, while/ },
    { count: { sent: 20_000, failed: 1_200 }, says: /and 1,200 of them failed/ },
  ])('the sum of $count', ({ count, says }) => {
    expect(sentences.end(count)).toMatch(says);
  });

  test('names and times are those of this telling', () => {
    expect(sentences.joined(31_400, ['b1', 'b3'], 'b3')).toMatch(/^31\.4 s later .* b1 and b3 .* b3 has/);
    expect(sentences.holderBack('b1', 'b2', 8_000)).toMatch(/^b1 .* 8\.0 s.* stays on b2/);
  });
});
