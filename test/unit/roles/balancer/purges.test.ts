import { describe, expect, it } from 'vitest';
import { balancer } from '../../../../roles/balancer/index.ts';
import { purgeSteps, purgesInForce } from '../../../../roles/balancer/purges.ts';
import { BalancerSettings } from '../../../../roles/balancer/settings.ts';
import { nothingObserved, type Observed } from '../../../../roles/model/observed.ts';
import type { View } from '../../../../roles/model/view.ts';
import { applySteps } from '../../../support/apply-steps.ts';
import { viewOf } from '../../../support/sketches.ts';

const view: View = {
  ...viewOf({ ordinal: 1 }),
  cache: { version: 9, prefixes: { '/': 3, '/a.example/x': 9 }, urls: { '/a.example/b;c?d=1': 5 } },
};

function running(prefixes: string, urls: string): Observed {
  const said = (text: string): Observed['answers'][string] => ({ ok: true, status: 200, text });
  return { ...nothingObserved, answers: { prefixes: said(prefixes), urls: said(urls) } };
}

const settled = running('0x1 / 3\n0x2 /a.example/x 9\n\n', '0x3 /a.example/b;c?d=1 5\n\n');

describe('purges in HAProxy', () => {
  it.each([
    { what: 'nothing where all is there', observed: settled, commands: [] },
    {
      what: 'adds, sets and takes away',
      observed: running('0x1 / 2\n0x2 /old 1\n', ''),
      commands: [
        'set map /etc/haproxy/muster-prefixes.map / 3',
        'add map /etc/haproxy/muster-prefixes.map /a.example/x 9',
        'del map /etc/haproxy/muster-prefixes.map /old',
        'add map /etc/haproxy/muster-urls.map /a.example/b\\;c?d=1 5',
      ],
    },
    {
      what: 'nothing in an older HAProxy, which has no such map',
      observed: running('Unknown map identifier. Please use #<id> or <file>.\n', 'Unknown map identifier.\n'),
      commands: [],
    },
    { what: 'nothing while it is silent', observed: nothingObserved, commands: [] },
  ])('$what', ({ observed, commands }) => {
    expect(
      purgeSteps(view, observed).flatMap((step) => (step.kind === 'runtime' ? step.commands : [])),
    ).toEqual(commands);
  });

  it('are in force once it runs with them, and not before', () => {
    expect(purgesInForce(view, settled)).toEqual(['purged:9']);
    expect(purgesInForce(view, running('0x1 / 3\n', ''))).toEqual([]);
    expect(purgesInForce(view, nothingObserved)).toEqual([]);
  });

  it('are in the files of its next start, and never reload it', () => {
    const settings = BalancerSettings.parse({});
    const before = viewOf({ ordinal: 1 });
    const observed = applySteps(
      nothingObserved,
      balancer.plan({ view: before, settings, observed: nothingObserved }),
    );
    const steps = balancer.plan({ view, settings, observed });
    expect(steps.map((step) => (step.kind === 'file' ? step.file.content : step.kind))).toEqual([
      '/ 3\n/a.example/x 9\n',
      '/a.example/b;c?d=1 5\n',
    ]);
  });
});
