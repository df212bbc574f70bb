import { beforeEach, describe, expect, it } from 'vitest';
import { readNodeConfig } from '../../../../agent/local/state.ts';
import { type AddressParts, settledAddress, watchAddress } from '../../../../agent/self/own-address.ts';
import type { Answer, Question } from '../../../../roles/model/observed.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { FakeCommands } from '../../../support/fake-commands.ts';
import { FakeFiles } from '../../../support/fake-files.ts';

const config = { clusterId: 'caaaaaaaaaaaa', nodeId: 'naaaaaaaaaaaa', name: 'b1', address: '10.77.0.11' };

/** A machine with these addresses. */
class Machine {
  readonly files = new FakeFiles();
  readonly commands = new FakeCommands();
  readonly clock = new FakeClock();
  addresses: readonly string[] = [config.address];
  shared: readonly string[] = [];
  readonly questions = {
    ask: async (question: Question): Promise<Answer> =>
      question.kind === 'address' && this.addresses.includes(question.address)
        ? { ok: true, status: 200, text: 'eth0' }
        : { ok: false, error: 'on no interface' },
  };

  parts(): AddressParts {
    const { files, commands, questions, clock } = this;
    return { files, commands, questions, clock, shared: () => this.shared };
  }

  move(...addresses: readonly string[]): void {
    this.addresses = addresses;
    const info = addresses.map((local) => ({ local, scope: 'global' }));
    this.commands.script('ip -4 -json address', {
      stdout: JSON.stringify([{ ifname: 'eth0', addr_info: info }]),
    });
    this.commands.script('ip -4 -json route', { exitCode: 2 });
  }
}

let machine: Machine;

beforeEach(() => {
  machine = new Machine();
});

async function written(): Promise<string | undefined> {
  return (await readNodeConfig(machine.files))?.address;
}

/** What becomes of a promise while time goes by. */
async function after<T>(ms: number, promise: Promise<T>): Promise<T | string> {
  const told = promise.catch((error: unknown) => String(error));
  await machine.clock.advance(ms);
  return Promise.race([told, Promise.resolve('goes on')]);
}

describe('the address at which the others find this machine', () => {
  it('stays while the machine has it', async () => {
    expect(await settledAddress(machine.parts(), config)).toEqual(config);
    expect(await written()).toBeUndefined();
  });

  it('is waited for when the machine starts: it may be on its way', async () => {
    machine.move('192.0.2.7');
    const settled = settledAddress(machine.parts(), config);
    await machine.clock.advance(5_000);
    machine.move(config.address);
    await machine.clock.advance(1_000);
    expect(await settled).toEqual(config);
  });

  it('is another, and written down, once the machine is elsewhere', async () => {
    machine.move('10.77.0.42');
    const settled = settledAddress(machine.parts(), config);
    await machine.clock.advance(10_000);
    expect((await settled).address).toBe('10.77.0.42');
    expect(await written()).toBe('10.77.0.42');
  });

  it.each([
    { what: 'has none', addresses: [] },
    { what: 'has only one that is shared', addresses: ['10.77.0.100'] },
    { what: 'has several to choose from', addresses: ['10.77.0.42', '192.0.2.7'] },
  ])('stays when the machine $what', async ({ addresses }) => {
    machine.shared = ['10.77.0.100'];
    machine.move(...addresses);
    const settled = settledAddress(machine.parts(), config);
    await machine.clock.advance(10_000);
    expect(await settled).toEqual(config);
    expect(await written()).toBeUndefined();
  });

  it('ends the agent when it changes while it runs, which begins anew there', async () => {
    const stop = new AbortController();
    let gone = 0;
    const onGone = (): void => {
      gone += 1;
    };
    const watching = watchAddress({ ...machine.parts(), config, signal: stop.signal, onGone });
    expect(await after(10_000, watching)).toBe('goes on');
    machine.move();
    expect(gone).toBe(0);
    expect(await after(2_000, watching), 'a moment without it is no move').toBe('goes on');
    expect(gone, 'and is told at once').toBeGreaterThan(0);
    machine.move('10.77.0.42');
    expect(await after(1_000, watching)).toContain('this machine is at 10.77.0.42 now');
    expect(await written()).toBe('10.77.0.42');
  });

  it('is no longer watched once the agent ends', async () => {
    const stop = new AbortController();
    const watching = watchAddress({
      ...machine.parts(),
      config,
      signal: stop.signal,
      onGone: () => undefined,
    });
    stop.abort();
    await machine.clock.advance(2_000);
    await expect(watching).resolves.toBeUndefined();
  });
});
