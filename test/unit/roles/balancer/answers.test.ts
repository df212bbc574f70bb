import { expect, test } from 'vitest';
import { answersIn } from '../../../../roles/balancer/answers.ts';

/** As HAProxy 2.6.12 lists it. */
const listing = `# table: answers, type: string, size:1024, used:3
0x563065e470e8: key=slot3/HIT use=0 exp=0 gpc0=4
0x563065e47468: key=slot3/MISS use=0 exp=0 gpc0=2
0x7f0e8c047408: key=slot12/PASS use=0 exp=0 gpc0=1

`;

test.each([
  { what: 'each slot with its words', text: listing, is: { 3: { HIT: 4, MISS: 2 }, 12: { PASS: 1 } } },
  {
    what: 'nothing before the first answer',
    text: '# table: answers, type: string, size:1024, used:0\n',
    is: {},
  },
  { what: 'nothing of a HAProxy that has no such table', text: 'No such table\n', is: {} },
])('$what', ({ text, is }) => {
  expect(Object.fromEntries(answersIn(text))).toEqual(is);
});
