import { expect, test } from 'vitest';
import { CertificatesReport, ChangeReport, schemaVersion } from '../../../../agent/api/contract.ts';
import { fakeClient } from '../../../support/fake-client.ts';
import { muster } from '../../../support/fake-context.ts';

test.each([
  ['cert set --certificate c.pem --key k.pem', 'unnamed set from text of c.pem and text of k.pem'],
  ['cert set --certificate c.pem --key k.pem --name shop', 'shop set from text of c.pem and text of k.pem'],
  ['cert request --domain shop.example', 'unnamed for shop.example'],
  ['cert request --domain A.example --domain b.example --name ab', 'ab for a.example b.example'],
  ['cert renew shop', 'shop renewed'],
  ['cert rm shop', 'shop removed'],
])('%s', async (line, order) => {
  const client = fakeClient();

  const { code, stdout } = await muster(line, { client });
  expect([code, stdout]).toEqual([0, `it is so: ${order}\n`]);
  expect(client.orders).toEqual([order]);
});

test.each([
  'cert set --certificate c.pem --key k.pem --dry-run',
  'cert request --domain shop.example --dry-run',
  'cert rm shop --dry-run',
])('%s changes nothing', async (line) => {
  const client = fakeClient();

  expect((await muster(line, { client })).stdout).toMatch(/^it would be: /);
  expect(client.orders).toEqual([]);
});

test('ls says who shows each, and what could not be obtained', async () => {
  const { stdout } = await muster('cert ls');

  expect(stdout).toBe(
    [
      'CERTIFICATE  DOMAINS                         ISSUER     ENDS        FROM            SHOWN BY',
      'blog         blog.example, www.blog.example  -          -           acme, app blog  -',
      '  could not be obtained: blog.example leads elsewhere',
      '  next try in 14 min, or at once: muster cert renew blog',
      'shop         shop.example                    Sample CA  in 89 days  own             b1',
      '',
    ].join('\n'),
  );
});

test('no certificate at all says how to come by one', async () => {
  const client = fakeClient({ certificates: async () => ({ schemaVersion, certificates: [] }) });

  expect((await muster('cert ls', { client })).stdout).toContain('muster cert request');
});

test('what programs read is what the contract says', async () => {
  const ls = await muster('cert ls --json');
  const set = await muster('cert set --certificate c --key k --json');

  expect(CertificatesReport.safeParse(JSON.parse(ls.stdout)).success).toBe(true);
  expect(ChangeReport.safeParse(JSON.parse(set.stdout)).success).toBe(true);
});
