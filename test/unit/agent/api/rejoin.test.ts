import { describe, expect, it } from 'vitest';
import { RejoinReport } from '../../../../agent/api/contract-rejoin.ts';
import { nodeHostname } from '../../../../roles/model/node.ts';
import { calledApp, errorIn, shownBy } from '../../../support/called-app.ts';
import { lonelyView } from '../../../support/sample-views.ts';

const path = '/v1/rejoin';

describe('POST /v1/rejoin', () => {
  it('says who answers from the address', async () => {
    const response = await calledApp()(path, { method: 'POST', body: { address: '10.88.0.12' } });
    expect(RejoinReport.parse(await response.json()).node.address).toBe('10.88.0.12');
  });

  it.each([
    {},
    { address: 'b2.example' },
    { address: '10.88.0' },
    { address: 'fd00::2' },
    { address: '10.88.0.12:7700' },
    { address: '10.88.0.12', port: 7700 },
  ])('refuses %j', async (body) => {
    const response = await calledApp()(path, { method: 'POST', body });
    expect((await errorIn(response)).code).toBe('request-invalid');
  });

  it('is for the operator of this machine alone', async () => {
    const connection = shownBy(nodeHostname(lonelyView().self));
    const call = calledApp(undefined, 'certified');
    const response = await call(path, { method: 'POST', body: { address: '10.88.0.12' }, connection });
    expect(response.status).toBe(404);
  });
});
