import { expect, test } from 'vitest';
import { WhyReport } from '../../../../agent/api/contract.ts';
import { findNode, whyReport } from '../../../../agent/api/why.ts';
import { sampleEvent } from '../../../support/fake-handle.ts';
import { nodeView, viewOfNodes } from '../../../support/sample-views.ts';

const view = viewOfNodes([nodeView(1), nodeView(2)]);

test.each([
  ['b2', 'b2'],
  ['nbbbbbbbbbbbb', 'b2'],
  ['b3', undefined],
])('%s is found by name or id', (wanted, name) => {
  expect(findNode(view, wanted)?.record.name).toBe(name);
});

test('each role has its reason and its health', () => {
  const report = WhyReport.parse(whyReport(nodeView(1), { web: 'it has the most cores' }, [sampleEvent(1)]));

  expect(report.roles).toEqual([
    {
      role: 'balancer',
      why: 'no reason was written down with the assignment',
      state: 'ready',
      reason: 'answers',
    },
    { role: 'web', why: 'it has the most cores', state: 'ready', reason: 'answers' },
  ]);
  expect(report.events).toHaveLength(1);
});
