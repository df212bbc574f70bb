import { describe, expect, test } from 'vitest';

import { fromDeb822, fromList } from '../../lab/host/apt-sources.ts';
import { linkRules } from '../../lab/host/links.ts';
import { mountPointsUnder } from '../../lab/host/mounts.ts';

describe('the host’s package sources', () => {
  test('one-line style: only Debian’s own suites', () => {
    const text = [
      '# deb http://commented.test/debian bookworm main',
      'deb http://mirror.test/debian/ bookworm main contrib',
      'deb [arch=amd64 signed-by=/k.gpg] http://mirror.test/security bookworm-security main',
      'deb http://other.test/apt some-tool main',
      'deb-src http://mirror.test/debian bookworm main',
    ].join('\n');
    expect(fromList(text)).toEqual([
      'deb http://mirror.test/debian bookworm main',
      'deb http://mirror.test/security bookworm-security main',
    ]);
  });

  test('deb822 style: several suites, comments, stanzas that are off', () => {
    const text = `Types: deb
# a comment: with a colon
URIs: http://mirror.test/debian
Suites: bookworm bookworm-updates
Components: main

Types: deb
Enabled: no
URIs: http://off.test/debian
Suites: bookworm
Components: main

Types: deb
URIs: https://other.test/tool
Suites: nodistro
Components: main
`;
    expect(fromDeb822(text)).toEqual([
      'deb http://mirror.test/debian bookworm main',
      'deb http://mirror.test/debian bookworm-updates main',
    ]);
  });
});

test('mount points come deepest first, and none of a neighbour', () => {
  const mounts = 'a /run/lab x\nb /run/lab/b1 x\nc /run/lab/b1/disk x\nd /run/labour x\n';
  expect(mountPointsUnder(mounts, '/run/lab')).toEqual(['/run/lab/b1/disk', '/run/lab/b1', '/run/lab']);
});

test('cuts and losses as rules', () => {
  const rules = linkRules({ cuts: [['b1', 'b2']], lossPercent: { b3: 20, b4: 100 } });
  expect(rules).toContain('iifname "vb-b1" oifname "vb-b2" drop;');
  expect(rules).toContain('oifname "vb-b3" numgen random mod 100 < 20 drop;');
  expect(rules).toContain('oifname "vb-b4" drop;');
});
