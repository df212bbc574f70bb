import { expect, test } from 'vitest';
import { answersIn } from '../../../../roles/balancer/answers.ts';

/** As HAProxy 2.6.12 says it, with the columns that count; slot21 is a web server that stands in. */
const statistics = `# pxname,svname,stot,hrsp_1xx,hrsp_2xx,hrsp_3xx,hrsp_4xx,hrsp_5xx,hrsp_other,
cache,slot21,9,0,9,0,0,0,0,
cache,slot3,9,0,7,1,0,1,0,
cache,slot4,0,0,0,0,0,0,0,
cache,slot12,1,0,1,0,0,0,0,

`;

const listing = `# table: answers, type: string, size:1024, used:3
0x563065e47468: key=slot3/MISS use=0 exp=0 gpc0=2
0x563065e47469: key=slot3/ use=0 exp=0 gpc0=1
0x7f0e8c047408: key=slot12/PASS use=0 exp=0 gpc0=1

`;

test.each([
  {
    what: 'each slot with its words, and hits are the rest',
    text: statistics + listing,
    is: { 3: { HIT: 6, MISS: 2 }, 12: { PASS: 1 } },
  },
  {
    what: 'no hits fewer than none, when an answer comes between the two questions',
    text: statistics + listing.replace('gpc0=1\n\n', 'gpc0=2\n\n'),
    is: { 3: { HIT: 6, MISS: 2 }, 12: { PASS: 2 } },
  },
  {
    what: 'a hit that was counted by its word is not counted twice',
    text: `${statistics}0x7f0e8c047408: key=slot12/HIT use=0 exp=0 gpc0=1\n`,
    is: { 3: { HIT: 9 }, 12: { HIT: 1 } },
  },
  { what: 'nothing before the first answer', text: '# table: answers, type: string, size:1024\n', is: {} },
  { what: 'nothing of a HAProxy without caches', text: "Can't find backend.\n\nNo such table\n", is: {} },
])('$what', ({ text, is }) => {
  expect(Object.fromEntries(answersIn(text))).toEqual(is);
});
