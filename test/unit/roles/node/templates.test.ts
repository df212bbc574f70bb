import { array, assert, constantFrom, oneof, property, string } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { etcd } from '../../../../roles/node/service.ts';
import { blockOf, unitText, withBlock } from '../../../../roles/node/templates.ts';
import { lonelyView, nodeView, viewOfNodes } from '../../../support/sample-views.ts';

const golden = (name: string): string => `../../../golden/node/${name}`;
const debianHosts = `127.0.0.1	localhost
127.0.1.1	b1

# The following lines are desirable for IPv6 capable hosts
::1     localhost ip6-localhost ip6-loopback
`;
const lone = blockOf(lonelyView());
const three = blockOf(viewOfNodes([nodeView(1), nodeView(2), nodeView(3)]));

test('the hosts file of a lone node', async () => {
  await expect(withBlock(debianHosts, lone)).toMatchFileSnapshot(golden('hosts-one'));
});

test('the hosts file among three nodes', async () => {
  await expect(withBlock(debianHosts, three)).toMatchFileSnapshot(golden('hosts-three'));
});

test('the unit of the etcd member', async () => {
  await expect(unitText(etcd(lonelyView()))).toMatchFileSnapshot(golden('muster-etcd.service'));
});

describe('the block in the hosts file', () => {
  const [begin = '', note, entry, ...rest] = lone.trimEnd().split('\n');
  const end = rest.at(-1) ?? '';
  test.each([
    { what: 'goes to the end where there was none', from: 'a\n', to: `a\n${lone}` },
    { what: 'goes to the end of a text without a last newline', from: 'a', to: `a\n${lone}` },
    { what: 'stays in its place', from: `a\n${three}b\n`, to: `a\n${lone}b\n` },
    {
      what: 'takes what another hand put into it along',
      from: `a\n${begin}\n1.2.3.4 x\n${end}\n`,
      to: `a\n${lone}`,
    },
    { what: 'is mended without its end', from: `a\n${begin}\n${note}\n${entry}\nb\n`, to: `a\nb\n${lone}` },
    { what: 'is mended without its beginning', from: `a\n${entry}\n${end}\nb\n`, to: `a\nb\n${lone}` },
    { what: 'is there once, though it was there twice', from: `${three}a\n${lone}`, to: `${lone}a\n` },
    {
      what: 'leaves a line alone that names something else beside us',
      from: '10.0.0.1 shop.example x.muster\n',
      to: `10.0.0.1 shop.example x.muster\n${lone}`,
    },
  ])('$what', ({ from, to }) => {
    expect(withBlock(from, lone)).toBe(to);
  });

  test('is the same after the second time, whatever the file was', () => {
    const line = oneof(string(), constantFrom(begin, note, entry, end, '', '127.0.0.1 localhost'));
    assert(
      property(array(line), (lines) => {
        const once = withBlock(lines.join('\n'), lone);
        expect(once).toContain(lone);
        expect(withBlock(once, lone)).toBe(once);
      }),
    );
  });
});
