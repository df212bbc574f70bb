import { expect, test } from 'vitest';

import { longestSilence } from '../../lab/harness/probe.ts';

test.each([
  { what: 'pages all the time', pages: [20, 40, 60, 80], longest: 20 },
  { what: 'a silence amid them', pages: [20, 40, 75, 90], longest: 35 },
  { what: 'no page at all', pages: [], longest: 100 },
  { what: 'silence from the begin', pages: [70, 90], longest: 70 },
  { what: 'silence to the end', pages: [20, 40], longest: 60 },
  { what: 'pages out of order, and one that came after the end', pages: [60, 20, 300, 85], longest: 40 },
])('$what', ({ pages, longest }) => {
  expect(longestSilence(pages, 0, 100)).toBe(longest);
});
