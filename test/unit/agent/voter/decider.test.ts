import { beforeEach, describe, expect, it } from 'vitest';
import { admit } from '../../../../agent/admission/admit.ts';
import { renewRequest } from '../../../../agent/admission/renewal.ts';
import { createIdentity } from '../../../../agent/local/identity.ts';
import { decisionsPrefix, nodeKey, settingsKey } from '../../../../coordinator/store/keys.ts';
import type { NodeRecord } from '../../../../roles/model/node.ts';
import { decodeToken } from '../../../../roles/model/token.ts';
import { type AdmittingCluster, admittingCluster, requestOf } from '../../../support/admitting-cluster.ts';
import { certificateKey } from '../../../support/certificate-key.ts';
import { type DecidingVoter, decidingVoter } from '../../../support/deciding-voter.ts';
import { told } from '../../../support/machine.ts';

const keyPem = certificateKey().publicPem;
const identity = createIdentity();
const place = { addresses: ['10.0.0.1'], pin: `sha256//${'A'.repeat(43)}=` };

let cluster: AdmittingCluster;
let voter: DecidingVoter;
let second: NodeRecord;
beforeEach(async () => {
  cluster = await admittingCluster();
  second = (await admit(cluster, requestOf(await cluster.token(), keyPem, { identity }))).record;
  voter = await decidingVoter(cluster);
});

const drained = async (): Promise<boolean | undefined> =>
  (await cluster.known()).nodes.find(({ id }) => id === second.id)?.drained;
const drain = (dryRun = false): Promise<string> => voter.decider.drain({ node: 'b2', drained: true, dryRun });
const revision = async (): Promise<number> => (await cluster.decisions.read(decisionsPrefix)).revision;

describe('a word on a node', () => {
  it('is carried out, told, and known here at once', async () => {
    expect(await drain()).toBe('b2 is drained: it finishes what it has');
    expect([await drained(), voter.parts.source.snapshot().revision]).toEqual([true, await revision()]);
    expect(told(voter.journal)).toEqual(['info: b2 is drained: it finishes what it has, by the operator']);
  });

  it('changes nothing on a dry run', async () => {
    const before = await revision();
    expect(await drain(true)).toBe('b2 is drained: it finishes what it has');
    expect([await revision(), told(voter.journal)]).toEqual([before, []]);
  });

  it('is decided from what is stored now, not from an old copy', async () => {
    const moved = JSON.stringify({ ...second, address: '10.0.0.9' });
    await cluster.decisions.transact({ conditions: [], put: { [nodeKey(second.id)]: moved } });
    await drain();
    expect((await cluster.known()).nodes[1]).toMatchObject({ address: '10.0.0.9', drained: true });
  });

  it('is decided anew when another was quicker, and told once', async () => {
    const moved = JSON.stringify({ ...second, address: '10.0.0.9' });
    cluster.decisions.meanwhile.push(() =>
      cluster.decisions.undisturbed({ conditions: [], put: { [nodeKey(second.id)]: moved } }),
    );
    await drain();
    expect((await cluster.known()).nodes[1]).toMatchObject({ address: '10.0.0.9', drained: true });
    expect(told(voter.journal)).toHaveLength(1);
  });

  it('is given up in a storm of others', async () => {
    const disturb = async (): Promise<void> => {
      const record = JSON.stringify(second);
      await cluster.decisions.undisturbed({ conditions: [], put: { [nodeKey(second.id)]: record } });
    };
    cluster.decisions.meanwhile.push(...Array.from({ length: 10 }, () => disturb));
    await expect(drain()).rejects.toMatchObject({ code: 'store-unreachable' });
    expect([await drained(), told(voter.journal)]).toEqual([undefined, []]);
  });

  it('is refused where the node is gone meanwhile', async () => {
    cluster.decisions.meanwhile.push(() =>
      cluster.decisions.undisturbed({ conditions: [], remove: [nodeKey(second.id)] }),
    );
    await expect(drain()).rejects.toMatchObject({ code: 'not-found' });
  });

  it('waits for an agent that has just started', async () => {
    voter.knows = false;
    await expect(drain()).rejects.toMatchObject({ code: 'store-unreachable' });
  });

  it('may be a wish', async () => {
    const wish = { node: 'b2', role: 'web', wish: 'forbid', dryRun: false } as const;
    expect(await voter.decider.wish(wish)).toBe('b2 is not to carry web');
    expect((await cluster.known()).wishes).toEqual({ [second.id]: { forbid: ['web'] } });
  });
});

describe('tokens and newcomers', () => {
  const options = { lifetimeMinutes: 60, uses: 2 };

  it('a token is made, told without its secret, and revoked', async () => {
    const made = await voter.decider.createToken(options, place);
    const { secret, ...said } = decodeToken(made.text);
    expect([made.uses, said.pin]).toEqual([2, place.pin]);
    expect(told(voter.journal).join()).toContain(`the token ${made.id} was made`);
    expect(told(voter.journal).join()).not.toContain(secret);
    expect(await voter.decider.revokeToken(made.id)).toContain('is revoked');
    expect((await cluster.known()).tokens[made.id]?.revoked).toBe(true);
  });

  it('a newcomer is reviewed, let in, and told', async () => {
    const { text } = await voter.decider.createToken(options, place);
    const request = requestOf(decodeToken(text), keyPem, { name: 'b3', address: '10.0.0.3' });
    const before = await revision();
    expect(await voter.decider.reviewJoin(request)).toEqual({ notes: [], known: false });
    expect(await revision()).toBe(before);
    const { record } = await voter.decider.join(request);
    expect(told(voter.journal).at(-1)).toBe(
      `info: b3 (${record.id}) at 10.0.0.3 was admitted, with the token ${request.tokenId}`,
    );
    expect(voter.parts.view()?.nodes).toHaveLength(3);
  });

  it('a certificate is renewed by what is stored now', async () => {
    const request = renewRequest(second.id, keyPem, identity.privateKeyPem);
    expect((await voter.decider.renew(request)).certificatePem).toContain('CERTIFICATE');
    expect(told(voter.journal)).toEqual(['info: the certificate of b2 was renewed']);
    await cluster.decisions.transact({ conditions: [], remove: [nodeKey(second.id)] });
    await expect(voter.decider.renew(request)).rejects.toMatchObject({ code: 'node-refused' });
  });
});

describe('settings', () => {
  const change = async (settings: object): Promise<unknown> => {
    const { [settingsKey]: entry } = (await cluster.decisions.read(settingsKey)).entries;
    return voter.decider.changeSettings({ revision: entry?.modRevision ?? 0, settings: { ...settings } });
  };

  it('are stored, told key by key, and known here at once', async () => {
    expect(await change({ cluster: { name: 'shop' } })).toMatchObject({
      settings: { cluster: { name: 'shop' } },
    });
    expect(told(voter.journal)).toEqual(
      expect.arrayContaining([expect.stringMatching(/^info: setting cluster.*by the operator$/)]),
    );
    expect(voter.parts.view()?.settings).toMatchObject({ cluster: { name: 'shop' } });
  });

  it('that share an address of somebody change nothing; what is shared already is ours', async () => {
    const before = await revision();
    voter.taken.add('10.0.0.100');
    await expect(change({ cluster: { vip: '10.0.0.100/24' } })).rejects.toMatchObject({
      code: 'settings-invalid',
      message: '10.0.0.100 cannot be shared: a machine answers there already',
    });
    expect([await revision(), told(voter.journal)]).toEqual([before, []]);
    voter.taken.clear();
    await change({ cluster: { vip: '10.0.0.100' } });
    voter.taken.add('10.0.0.100');
    await change({ cluster: { vip: ['10.0.0.100', '10.0.0.101'] } });
    voter.taken.add('10.0.0.102');
    await expect(change({ cluster: { vip: ['10.0.0.100', '10.0.0.102'] } })).rejects.toMatchObject({
      message: expect.stringContaining('10.0.0.102'),
    });
  });

  it('that share the address of a node change nothing, its own among them', async () => {
    for (const vip of ['10.0.0.1', '10.0.0.2/24']) {
      await expect(change({ cluster: { vip } })).rejects.toMatchObject({ code: 'settings-invalid' });
    }
  });
});
