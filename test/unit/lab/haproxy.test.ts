import { describe, expect, test } from 'vitest';

import { idleServers, lifeIn, readyServers } from '../../lab/harness/haproxy.ts';

const head =
  '# be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_uweight srv_iweight srv_time_since_last_change';

/** One line as HAProxy 2.6 tells it, as far as it is read. */
const server = (
  name: string,
  address: string,
  op: number,
  admin: number,
  weight: number,
  backend = 'web',
): string => `3 ${backend} 1 ${name} ${address} ${op} ${admin} ${weight} 100 12`;

describe('the roster of HAProxy', () => {
  test.each([
    { what: 'one that runs', line: server('slot1', '10.77.0.11', 2, 0, 100), ready: ['10.77.0.11'] },
    {
      what: 'a slot that the file had off',
      line: server('slot3', '10.77.0.13', 2, 4, 100),
      ready: ['10.77.0.13'],
    },
    { what: 'one that starts slowly', line: server('slot1', '10.77.0.11', 1, 0, 100), ready: [] },
    { what: 'one that is down', line: server('slot1', '10.77.0.11', 0, 0, 100), ready: [] },
    { what: 'a slot in maintenance', line: server('slot1', '127.0.0.1', 0, 5, 1), ready: [] },
    { what: 'one that drains', line: server('slot1', '10.77.0.11', 2, 8, 100), ready: [] },
    { what: 'one of weight 0', line: server('slot1', '10.77.0.11', 2, 0, 0), ready: [] },
  ])('$what', ({ line, ready }) => {
    expect(readyServers(`1\n${head}\n${line}\n\n`)).toEqual(ready);
  });

  test('two backends: an address that only one of them has is told', () => {
    const lines = [
      server('slot1', '10.77.0.11', 2, 0, 1),
      server('slot2', '10.77.0.12', 2, 0, 1),
      server('slot1', '10.77.0.11', 2, 0, 1, 'once'),
      server('slot2', '10.77.0.12', 2, 8, 1, 'once'),
    ];
    expect(readyServers(`1\n${head}\n${lines.join('\n')}\n`)).toEqual([
      '10.77.0.11',
      '10.77.0.12 (web only)',
    ]);
  });

  test('who is not in it, and what HAProxy says of each; slots that nobody has are not told', () => {
    const lines = [
      server('slot1', '10.77.0.11', 2, 0, 1),
      server('slot2', '10.77.0.12', 0, 4, 50),
      server('slot3', '127.0.0.1', 0, 5, 1),
    ];
    expect(idleServers(`1\n${head}\n${lines.join('\n')}\n`)).toEqual([
      expect.stringContaining('web/10.77.0.12: srv_op_state 0, srv_admin_state 4, srv_uweight 50'),
    ]);
  });

  test('in order of addresses', () => {
    const lines = [server('slot2', '10.77.0.12', 2, 0, 1), server('slot1', '10.77.0.11', 2, 0, 1)];
    expect(readyServers(`1\n${head}\n${lines.join('\n')}\n`)).toEqual(['10.77.0.11', '10.77.0.12']);
  });
});

describe("the master's word", () => {
  const answer = `#<PID>          <type>          <reloads>       <uptime>        <version>
1185            master          2 [failed: 0]   0d00h00m07s     2.6.12-1+deb12u1
# workers
1187            worker          0               0d00h00m07s     2.6.12-1+deb12u1
# programs

`;

  test('its process and its reloads', () => {
    expect(lifeIn(answer)).toEqual({ masterPid: 1185, reloads: 2 });
  });

  test('anything else is told', () => {
    expect(() => lifeIn('Unknown command')).toThrow(/Unknown command/);
  });
});
