import { expect, test } from 'vitest';
import { RejoinReport } from '../../../../agent/api/contract-rejoin.ts';
import { MusterError } from '../../../../roles/model/errors.ts';
import { fakeClient } from '../../../support/fake-client.ts';
import { muster } from '../../../support/fake-context.ts';

test('rejoin says who answers from there', async () => {
  expect(await muster('rejoin 10.88.0.12')).toMatchObject({
    code: 0,
    stdout: 'b1 answers from 10.88.0.12\n',
    stderr: '',
  });
  const { stdout } = await muster('rejoin 10.88.0.12 --json');
  expect(RejoinReport.parse(JSON.parse(stdout)).node.address).toBe('10.88.0.12');
});

test('rejoin of an address where nobody is fails, and says what to do', async () => {
  const nobody = new MusterError('peer-unreachable', {
    what: 'nobody answers',
    why: 'they are elsewhere',
    next: 'muster status',
  });
  const client = fakeClient({ rejoin: () => Promise.reject(nobody) });
  const { code, stdout, stderr } = await muster('rejoin 10.88.0.12', { client });
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toContain('nobody answers');
});
