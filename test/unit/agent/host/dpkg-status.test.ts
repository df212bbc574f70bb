import { describe, expect, it } from 'vitest';
import {
  installedOf,
  isInterrupted,
  newcomers,
  parseStatus,
  statesOf,
} from '../../../../agent/host/dpkg-status.ts';

function paragraph(name: string, state: string, version = '1.0', architecture = 'amd64'): string {
  return `Package: ${name}\nStatus: install ok ${state}\nArchitecture: ${architecture}\nVersion: ${version}\nDescription: x\n Package: not a field\n`;
}

const text = [
  paragraph('dpkg', 'installed', '1.21.22'),
  paragraph('haproxy', 'installed', '2.6.12-1'),
  paragraph('adduser', 'installed', '3.134', 'all'),
  paragraph('libc6', 'installed', '2.36', 'i386'),
  paragraph('man-db', 'triggers-pending'),
  paragraph('php8.2-fpm', 'half-configured'),
  paragraph('old', 'config-files'),
  paragraph('never', 'not-installed'),
].join('\n');

describe('parseStatus', () => {
  it('reads name, version and state; a foreign architecture is part of the name', () => {
    const records = parseStatus(text);

    expect([...records.keys()]).toEqual([
      'dpkg',
      'haproxy',
      'adduser',
      'libc6:i386',
      'man-db',
      'php8.2-fpm',
      'old',
    ]);
    expect(records.get('haproxy')).toEqual({ version: '2.6.12-1', state: 'installed' });
  });

  it('counts what works as installed', () => {
    expect(installedOf(parseStatus(text))).toEqual({
      dpkg: '1.21.22',
      haproxy: '2.6.12-1',
      adduser: '3.134',
      'libc6:i386': '2.36',
      'man-db': '1.0',
    });
  });
});

describe('isInterrupted', () => {
  it.each([
    ['installed', false],
    ['config-files', false],
    ['triggers-awaited', false],
    ['unpacked', true],
    ['half-installed', true],
    ['half-configured', true],
  ])('%s: %s', (state, expected) => {
    expect(isInterrupted(parseStatus(paragraph('x', state)))).toBe(expected);
  });
});

describe('newcomers', () => {
  it('tells what is wholly new from what only had its settings left, of what was expected', () => {
    const before = statesOf(
      parseStatus([paragraph('a', 'installed'), paragraph('b', 'config-files')].join('\n')),
    );
    const after = parseStatus(
      [
        paragraph('a', 'installed'),
        paragraph('b', 'installed'),
        paragraph('c', 'half-installed'),
        paragraph('d', 'installed'),
      ].join('\n'),
    );

    expect(newcomers(before, after, new Set(['a', 'b', 'c']))).toEqual({ fresh: ['c'], returned: ['b'] });
  });
});
