import { expect, test } from 'vitest';
import { firstAdmission } from '../../../../agent/admission/first-admission.ts';
import { authorityKeyOf } from '../../../../agent/admission/keys.ts';
import { verifyAdmission } from '../../../../agent/admission/verify.ts';
import { createIdentity } from '../../../../agent/local/identity.ts';
import { firstPlace } from '../../../../agent/local/seed.ts';
import { writeIdentity } from '../../../../agent/local/state.ts';
import { paths } from '../../../../roles/model/paths.ts';
import { authorityOf, clusterId } from '../../../support/admitting-cluster.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { FakeFiles } from '../../../support/fake-files.ts';

test('the first node admits itself, and all who come later can verify it', async () => {
  const [files, clock, identity, ca] = [
    new FakeFiles(),
    new FakeClock(),
    createIdentity(),
    await authorityOf(),
  ];
  await writeIdentity(files, identity);
  files.put(paths.authorityKey, ca.privateKeyPem);
  const config = { clusterId, nodeId: identity.nodeId, name: 'b1', address: '10.0.0.1' };
  const admission = await firstAdmission({ files, clock }, config, firstPlace);
  const cluster = { id: clusterId, generation: 1 };
  const verified = verifyAdmission(admission, {
    authority: authorityKeyOf(ca.certificatePem),
    cluster,
    tombstones: {},
  });
  expect(verified).toMatchObject({ ok: true, value: { nodeId: identity.nodeId, name: 'b1', ordinal: 1 } });
});

test('without keys there is nothing to sign with', async () => {
  const parts = { files: new FakeFiles(), clock: new FakeClock() };
  const config = { clusterId, nodeId: createIdentity().nodeId, name: 'b1', address: '10.0.0.1' };
  expect(await firstAdmission(parts, config, firstPlace)).toBeUndefined();
});
