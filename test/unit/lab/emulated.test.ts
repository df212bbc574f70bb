import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';

import { linkOf, macOf } from '../../lab/core/address.ts';
import { shellWords } from '../../lab/core/shell.ts';
import { emulatorCommand } from '../../lab/machine/emulator.ts';

describe('words for the shell at the other end', () => {
  test.each([
    ['nothing', ['']],
    ['spaces and lines', ['a  b', 'one\ntwo\n']],
    ['quotes of all kinds', [`it's`, `"so"`, `'''`, '`id`']],
    [
      'what a shell would act on',
      ['$HOME', '$(id)', '*', '~', '; id', '&& id', '>x', '#no', '!', '\\', '-n'],
    ],
  ])('%s', (_, words) => {
    const program = `printf '%s\\0' ${shellWords(words)}`;
    expect(execFileSync('sh', ['-c', program], { encoding: 'utf8' })).toBe(`${words.join('\0')}\0`);
  });
});

describe('a machine with a kernel of its own', () => {
  const machine = {
    name: 'b3',
    address: '',
    memBytes: 3 * 2 ** 30,
    cpus: 0.5,
    diskBytes: 0,
    init: 'kernel',
  } as const;
  const command = emulatorCommand(machine);
  const valueOf = (option: string): string | undefined => command[command.indexOf(option) + 1];

  test.each([
    ['-m', '3072M'],
    ['-smp', '1'],
    ['-device', 'virtio-net-pci,netdev=link,mac=52:54:00:77:00:03'],
    ['-netdev', `tap,id=link,ifname=${linkOf('b3')},script=no,downscript=no`],
  ])('%s %s', (option, value) => expect(valueOf(option)).toBe(value));

  test('is emulated, whatever the host offers', () => {
    expect(valueOf('-accel')).toMatch(/^tcg,/);
    expect(command.join(' ')).not.toContain('kvm');
  });

  test('no two cards have one address', () => {
    expect(new Set(Array.from({ length: 80 }, (_, at) => macOf(at + 1))).size).toBe(80);
  });
});
