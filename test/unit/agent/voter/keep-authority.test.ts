import { beforeEach, expect, it } from 'vitest';
import { admit } from '../../../../agent/admission/admit.ts';
import { openSealed } from '../../../../agent/admission/sealed.ts';
import { createIdentity } from '../../../../agent/local/identity.ts';
import type { Identity } from '../../../../agent/local/state.ts';
import { keepAuthority } from '../../../../agent/voter/keep-authority.ts';
import { type DecisionSet, decode } from '../../../../coordinator/store/codec.ts';
import { decisionsPrefix, nodeKey } from '../../../../coordinator/store/keys.ts';
import type { NodeRecord } from '../../../../roles/model/node.ts';
import { paths } from '../../../../roles/model/paths.ts';
import {
  type AdmittingCluster,
  admittingCluster,
  clusterId,
  requestOf,
} from '../../../support/admitting-cluster.ts';
import { certificateKey } from '../../../support/certificate-key.ts';
import { FakeFiles } from '../../../support/fake-files.ts';

const keyPem = certificateKey().publicPem;
let cluster: AdmittingCluster;
let files: FakeFiles;
beforeEach(async () => {
  cluster = await admittingCluster();
  files = new FakeFiles({ [paths.authorityKey]: cluster.ca.privateKeyPem });
});

async function join(ordinal: number): Promise<{ identity: Identity; record: NodeRecord }> {
  const identity = createIdentity();
  const parts = { identity, name: `b${ordinal}`, address: `10.0.0.${ordinal}` };
  return { identity, record: (await admit(cluster, requestOf(await cluster.token(), keyPem, parts))).record };
}

async function keep(disk = files): Promise<DecisionSet['secrets']> {
  const known = decode(await cluster.decisions.read(decisionsPrefix));
  await keepAuthority(disk, cluster.decisions, { known: () => known });
  return (await cluster.known()).secrets;
}

const holders = (secrets: DecisionSet['secrets']): string[] => Object.keys(secrets['authority'] ?? {}).sort();

it('a lone node without an admission has nobody to seal to', async () => {
  expect(await keep()).toEqual({});
});

it('the key is sealed to one standby, who can open it', async () => {
  const [second] = [await join(2), await join(3)];
  const secrets = await keep();
  expect(holders(secrets)).toEqual([second.record.id]);
  const own = { nodeId: second.record.id, privateKeyPem: second.identity.datagramPrivateKeyPem };
  const use = { clusterId, name: 'authority' };
  expect(openSealed(secrets['authority'] ?? {}, own, use).toString()).toBe(cluster.ca.privateKeyPem);
});

it('nothing is written while all is well', async () => {
  await join(2);
  await keep();
  const { revision } = await cluster.decisions.read(decisionsPrefix);
  await keep();
  expect((await cluster.decisions.read(decisionsPrefix)).revision).toBe(revision);
});

it('another takes the place of a standby that is no more', async () => {
  const [second, third] = [await join(2), await join(3)];
  await keep();
  await cluster.decisions.transact({ conditions: [], remove: [nodeKey(second.record.id)] });
  expect(holders(await keep())).toEqual([third.record.id]);
});

it('who does not hold the key leaves it to those who do', async () => {
  await join(2);
  expect(await keep(new FakeFiles())).toEqual({});
});
