import { expect, test } from 'vitest';
import { WhyReport } from '../../../../agent/api/contract.ts';
import { whyReport } from '../../../../agent/api/why.ts';
import { sampleEvent } from '../../../support/fake-handle.ts';
import { nodeView } from '../../../support/sample-views.ts';

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
