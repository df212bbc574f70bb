import { describe, expect, it } from 'vitest';
import { chooseAddress } from '../../../../agent/local/address.ts';
import { FakeCommands } from '../../../support/fake-commands.ts';

const one = '[{},{"ifname":"eth0","addr_info":[{"local":"10.0.0.5","scope":"global"}]}]';
const two =
  '[{"ifname":"eth0","addr_info":[{"local":"10.0.0.5"}]},{"ifname":"eth1","addr_info":[{"local":"10.1.0.5"}]}]';
const route = '[{"dst":"198.51.100.1","dev":"eth0","prefsrc":"10.0.0.5"}]';

function machine(addresses: string, routed: string | undefined): FakeCommands {
  return new FakeCommands({
    'ip -4 -json address': { stdout: addresses },
    'ip -4 -json route': routed === undefined ? { exitCode: 2 } : { stdout: routed },
  });
}

describe('the address of a node', () => {
  it.each([
    { what: 'the one asked for', addresses: two, routed: route, asked: '10.1.0.5', chosen: '10.1.0.5' },
    {
      what: "the default route's source",
      addresses: two,
      routed: route,
      asked: undefined,
      chosen: '10.0.0.5',
    },
    { what: 'the only one', addresses: one, routed: undefined, asked: undefined, chosen: '10.0.0.5' },
  ])('is $what', async ({ addresses, routed, asked, chosen }) => {
    expect(await chooseAddress(machine(addresses, routed), asked)).toBe(chosen);
  });

  it.each([
    {
      what: 'one that no interface has',
      addresses: two,
      asked: '10.9.9.9',
      said: 'no interface has the address 10.9.9.9',
    },
    { what: 'a choice nobody made', addresses: two, asked: undefined, said: 'several interfaces' },
    { what: 'none', addresses: '[]', asked: undefined, said: 'no interface has an IPv4 address' },
  ])('refuses $what', async ({ addresses, asked, said }) => {
    await expect(chooseAddress(machine(addresses, undefined), asked)).rejects.toMatchObject({
      code: 'preflight-failed',
      message: expect.stringContaining(said),
    });
  });

  it('offers the flags to choose by', async () => {
    await expect(chooseAddress(machine(two, undefined))).rejects.toMatchObject({
      next: 'add one of: --address 10.0.0.5 (eth0), --address 10.1.0.5 (eth1)',
    });
  });
});
