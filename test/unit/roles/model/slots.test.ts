import { describe, expect, it } from 'vitest';

import { BalancerSettings } from '../../../../roles/balancer/settings.ts';
import { haproxyConfig } from '../../../../roles/balancer/templates.ts';
import { CachedSettings } from '../../../../roles/model/cached.ts';
import { type Slot, slotCommands } from '../../../../roles/model/slots.ts';
import { runningSlots, writtenSlots } from '../../../../roles/model/slots-observed.ts';

const at = (state: Slot['state'], change: Partial<Slot> = {}): Slot => ({
  number: 3,
  address: '10.77.0.13',
  port: 8081,
  weight: 100,
  state,
  ...change,
});

describe('commands that bring a running slot to the roster', () => {
  const cases: { what: string; running: Slot | undefined; wanted: Slot; commands: string[] }[] = [
    { what: 'nothing to do', running: at('ready'), wanted: at('ready'), commands: [] },
    {
      what: 'out stays out wherever it points',
      running: at('out'),
      wanted: at('out', { port: 1 }),
      commands: [],
    },
    { what: 'leaves', running: at('ready'), wanted: at('out'), commands: ['state maint'] },
    { what: 'drains', running: at('ready'), wanted: at('drain'), commands: ['state drain'] },
    { what: 'returns', running: at('drain'), wanted: at('ready'), commands: ['state ready'] },
    {
      what: 'enters: address first, ready last',
      running: at('out', { address: '127.0.0.1', port: 1, weight: 1 }),
      wanted: at('ready'),
      commands: ['addr 10.77.0.13 port 8081', 'weight 100', 'state ready'],
    },
    {
      what: 'moves: out of traffic before its address changes',
      running: at('ready'),
      wanted: at('ready', { address: '10.77.0.99' }),
      commands: ['state maint', 'addr 10.77.0.99 port 8081', 'state ready'],
    },
    {
      what: 'changes weight',
      running: at('ready'),
      wanted: at('ready', { weight: 50 }),
      commands: ['weight 50'],
    },
  ];
  it.each(cases)('$what', ({ running, wanted, commands }) => {
    expect(slotCommands('web', running, wanted)).toEqual(
      commands.map((command) => `set server web/slot3 ${command}`),
    );
  });
});

describe("HAProxy's own list of servers", () => {
  const header =
    '1\n# be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_uweight srv_iweight ' +
    'srv_time_since_last_change srv_check_status srv_check_result srv_check_health srv_check_state ' +
    'srv_agent_state bk_f_forced_id srv_f_forced_id srv_fqdn srv_port srvrecord srv_use_ssl srv_check_port ' +
    'srv_check_addr srv_agent_addr srv_agent_port\n';
  const row = (admin: number): string =>
    `3 web 3 slot3 10.77.0.13 2 ${admin} 100 100 10 6 3 4 6 0 0 1 - 8081 - 0 0 - - 0\n`;

  it.each([
    { admin: 0, state: 'ready' },
    { admin: 1, state: 'out' },
    { admin: 4, state: 'ready' },
    { admin: 5, state: 'out' },
    { admin: 8, state: 'drain' },
    { admin: 32, state: 'out' },
  ] as const)('admin state $admin is $state', ({ admin, state }) => {
    expect(runningSlots({ ok: true, status: 0, text: header + row(admin) }, 'web')).toEqual([at(state)]);
  });

  it('is one for each backend', () => {
    const text = header + row(0) + row(32).replace('3 web', '4 once');
    expect(runningSlots({ ok: true, status: 0, text }, 'once')).toEqual([at('out')]);
  });

  it('is unknown when HAProxy is silent or says something else', () => {
    expect(runningSlots(undefined, 'web')).toBeUndefined();
    expect(runningSlots({ ok: false, error: 'no such socket' }, 'web')).toBeUndefined();
    expect(runningSlots({ ok: true, status: 0, text: "Can't find backend.\n" }, 'web')).toBeUndefined();
  });
});

describe('slots in the file', () => {
  it('are read back as they were written', () => {
    const slots = [at('ready'), at('out', { number: 4 }), at('drain', { number: 5 })];
    const text = haproxyConfig({
      settings: BalancerSettings.parse({}),
      maxConnections: 100,
      threads: 1,
      shares: false,
      web: slots,
      cache: [],
      cached: CachedSettings.parse({}),
    });
    expect(writtenSlots(text, 'web')).toEqual([slots[0], slots[1], { ...slots[2], weight: 0 }]);
  });

  it('are none in a file that is not ours', () => {
    expect(writtenSlots('server web1 10.0.0.1:80 check\n', 'web')).toEqual([]);
    expect(writtenSlots(undefined, 'web')).toEqual([]);
  });
});
