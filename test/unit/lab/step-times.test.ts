import { expect, test } from 'vitest';

import { stepTimes } from '../../lab/harness/step-times.ts';

const said = `[1/8] the machine is looked at: nothing is in the way, its address is 10.77.0.12 (0.2 s)
  note: systemd does not run this machine (9.9 s) or so
[2/8] muster is put in place: /opt/muster/0.1.0 (0.4 s)
[3/8] packages: 71 came new (12.3 s)
[4/8] the services come up: every role is ready (2.0 s)
[5/8] nothing more to say (1.1 s)

Done in 16.0 s.
`;

test('every step with its seconds, and nothing else', () => {
  expect(stepTimes(said)).toEqual([
    { title: 'the machine is looked at', seconds: 0.2 },
    { title: 'muster is put in place', seconds: 0.4 },
    { title: 'packages', seconds: 12.3 },
    { title: 'the services come up', seconds: 2 },
    { title: 'nothing more to say', seconds: 1.1 },
  ]);
});
