import { describe, expect, it } from 'vitest';
import { Once } from '../../../../agent/hardware/asked.ts';
import { type ProbeInput, probe } from '../../../../agent/hardware/probe.ts';
import type { Sources } from '../../../../agent/hardware/sources.ts';
import { Hardware } from '../../../../roles/model/hardware.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { FakeFiles } from '../../../support/fake-files.ts';

const never = new Promise<never>(() => undefined);

function make(): { clock: FakeClock; files: FakeFiles; controller: AbortController; input: ProbeInput } {
  const [clock, files, controller] = [new FakeClock(), new FakeFiles(), new AbortController()];
  const { signal } = controller;
  const input = {
    clock,
    files,
    signal,
    init: 'none',
    address: '10.0.0.1',
    diskPath: '/var/lib/muster',
  } as const;
  return { clock, files, controller, input };
}

function sources(change: Partial<Sources> = {}): Sources {
  return {
    memory: () => Promise.resolve({ total: 4 * 1024 ** 3 }),
    processor: new Once(() => Promise.resolve({ brand: 'Model 1' })),
    machine: new Once(() => Promise.resolve({ virtual: true })),
    disks: new Once(() => Promise.resolve([{ interfaceType: 'PCIe', type: 'NVMe' }])),
    ...change,
  };
}

const silent = sources({
  memory: () => never,
  processor: new Once(() => never),
  machine: new Once(() => never),
  disks: new Once(() => never),
});

describe('the probe', () => {
  it('takes size and room of the one file system that counts', async () => {
    const { files, input } = make();
    files.size = 50 * 1024 ** 3;
    files.free = 20 * 1024 ** 3;

    const { disk, cpuModel, memoryMiB, virtual } = await probe(input, sources());

    expect(disk).toEqual({ kind: 'nvme', sizeMiB: 51_200, freeMiB: 20_480 });
    expect({ cpuModel, memoryMiB, virtual }).toEqual({ cpuModel: 'Model 1', memoryMiB: 4096, virtual: true });
  });

  it('goes on after 5 s with what it knows when nobody answers', async () => {
    const { clock, files, input } = make();
    files.sizeBytes = () => never;
    files.freeBytes = () => never;

    const probing = probe(input, silent);
    await clock.advance(5_000);
    const hardware = Hardware.parse(await probing);

    expect(hardware).toMatchObject({ cpuModel: 'unknown', virtual: false });
    expect(hardware.disk).toEqual({ kind: 'unknown', sizeMiB: 0, freeMiB: 0 });
    expect(hardware.memoryMiB).toBeGreaterThan(0);
    expect(clock.sleeping).toBe(0);
  });

  it('holds nobody up who ends', async () => {
    const { controller, input } = make();

    const probing = probe(input, silent);
    controller.abort();

    expect(await probing).toMatchObject({ cpuModel: 'unknown' });
  });

  it('takes a failure for not known', async () => {
    const { input } = make();
    const failing = sources({ disks: new Once(() => Promise.reject(new Error('lsblk: no such program'))) });

    expect((await probe(input, failing)).disk.kind).toBe('unknown');
  });
});

describe('once', () => {
  it('asks one time, and hears the answer that came late', async () => {
    const { clock, input } = make();
    let asked = 0;
    const { promise, resolve } = Promise.withResolvers<string>();
    const slow = new Once(() => {
      asked += 1;
      return promise;
    });

    const first = slow.read(input);
    await clock.advance(5_000);
    expect(await first).toBeUndefined();
    resolve('late');

    expect(await slow.read(input)).toBe('late');
    expect(asked).toBe(1);
  });

  it('asks again after a failure', async () => {
    const { input } = make();
    const answers = [() => Promise.reject(new Error('no')), () => Promise.resolve('yes')];
    const shy = new Once(() => answers.shift()?.() ?? never);

    expect(await shy.read(input)).toBeUndefined();
    expect(await shy.read(input)).toBe('yes');
  });
});
