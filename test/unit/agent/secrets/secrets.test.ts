import { beforeEach, describe, expect, it } from 'vitest';
import { admit } from '../../../../agent/admission/admit.ts';
import { createIdentity } from '../../../../agent/local/identity.ts';
import type { Identity } from '../../../../agent/local/state.ts';
import { keepSecrets } from '../../../../agent/secrets/keep.ts';
import { sealedSecrets } from '../../../../agent/secrets/open.ts';
import { secretChange } from '../../../../agent/secrets/put.ts';
import { decode } from '../../../../coordinator/store/codec.ts';
import { assignmentKey, decisionsPrefix, nodeKey } from '../../../../coordinator/store/keys.ts';
import type { Assignment } from '../../../../roles/model/assignment.ts';
import type { NodeRecord } from '../../../../roles/model/node.ts';
import { paths } from '../../../../roles/model/paths.ts';
import type { Snapshot } from '../../../../roles/model/ports.ts';
import type { SecretFields } from '../../../../roles/model/secret.ts';
import { type AdmittingCluster, admittingCluster, requestOf } from '../../../support/admitting-cluster.ts';
import { certificateKey } from '../../../support/certificate-key.ts';
import { FakeFiles } from '../../../support/fake-files.ts';

interface Member {
  readonly record: NodeRecord;
  readonly files: FakeFiles;
}

const keyPem = certificateKey().publicPem;
const fields = { user: 'shop', password: 'p4ss' };
let cluster: AdmittingCluster;
let voter: Member;
let web: Member;
let other: Member;

async function join(ordinal: number): Promise<Member> {
  const identity: Identity = createIdentity();
  const parts = { identity, name: `b${ordinal}`, address: `10.0.0.${ordinal}` };
  const { record } = await admit(cluster, requestOf(await cluster.token(), keyPem, parts));
  return { record, files: new FakeFiles({ [paths.identity]: JSON.stringify(identity) }) };
}

async function give(member: Member, roles: Assignment['roles']): Promise<void> {
  const put = { [assignmentKey(member.record.id)]: JSON.stringify({ roles, why: {} }) };
  await cluster.decisions.transact({ conditions: [], put });
}

const snapshot = (): Promise<Snapshot> => cluster.decisions.read(decisionsPrefix);

async function open(member: Member, name = 'db-shop'): Promise<SecretFields> {
  const known = decode(await snapshot());
  return sealedSecrets(member.files, () => known).open({
    name,
    revision: known.secretRevisions[name] ?? 0,
  });
}

async function keep(): Promise<readonly string[]> {
  return keepSecrets({ files: voter.files, decisions: cluster.decisions }, await snapshot());
}

beforeEach(async () => {
  cluster = await admittingCluster();
  voter = await join(2);
  web = await join(3);
  other = await join(4);
  // The first of those that are left is the voter.
  await cluster.decisions.transact({ conditions: [], remove: [nodeKey(cluster.first.id)] });
  await give(web, ['web']);
  await give(other, ['balancer']);
  await cluster.decisions.transact(secretChange(await snapshot(), 'db-shop', fields));
});

describe('a secret', () => {
  it('is opened by the nodes that need it and by the voters', async () => {
    expect([await open(voter), await open(web)]).toEqual([fields, fields]);
    await expect(open(other)).rejects.toMatchObject({ code: 'secret-missing' });
  });

  it('is not there in the store for anyone to read', async () => {
    expect(JSON.stringify(await snapshot())).not.toContain('p4ss');
  });

  it('follows the role: who is given it opens it, who gave it up does not', async () => {
    await give(web, ['balancer']);
    await give(other, ['web']);
    expect(await keep()).toEqual([]);
    expect(await open(other)).toEqual(fields);
    await expect(open(web)).rejects.toMatchObject({ code: 'secret-missing' });
  });

  it('is not written anew while it is with those who need it', async () => {
    const { revision } = await snapshot();
    await keep();
    expect((await snapshot()).revision).toBe(revision);
  });

  it('is left to others, and named, where this node cannot open it', async () => {
    await give(other, ['web', 'balancer']);
    const stranger = new FakeFiles({ [paths.identity]: JSON.stringify(createIdentity()) });
    const parts = { files: stranger, decisions: cluster.decisions };
    expect(await keepSecrets(parts, await snapshot())).toEqual(['db-shop']);
    expect(await open(web)).toEqual(fields);
  });

  it('of an older revision than the one now stored is not given out', async () => {
    const known = decode(await snapshot());
    const mark = { name: 'db-shop', revision: (known.secretRevisions['db-shop'] ?? 0) - 1 };
    await expect(sealedSecrets(web.files, () => known).open(mark)).rejects.toMatchObject({
      code: 'secret-missing',
      why: 'it was changed meanwhile',
    });
  });

  it('is not overwritten by who saw an older state', async () => {
    const old = await snapshot();
    await cluster.decisions.transact(secretChange(old, 'db-shop', { ...fields, password: 'new' }));
    const late = secretChange(old, 'db-shop', { ...fields, password: 'late' });
    expect(await cluster.decisions.transact(late)).toMatchObject({ committed: false });
    expect(await open(web)).toEqual({ ...fields, password: 'new' });
  });
});
