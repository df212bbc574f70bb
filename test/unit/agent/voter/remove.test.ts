import { beforeEach, expect, it } from 'vitest';
import { admit } from '../../../../agent/admission/admit.ts';
import { decisionsPrefix } from '../../../../coordinator/store/keys.ts';
import type { NodeRecord } from '../../../../roles/model/node.ts';
import { type AdmittingCluster, admittingCluster, requestOf } from '../../../support/admitting-cluster.ts';
import { certificateKey } from '../../../support/certificate-key.ts';
import { type DecidingVoter, decidingVoter } from '../../../support/deciding-voter.ts';
import { told } from '../../../support/machine.ts';

const keyPem = certificateKey().publicPem;

let cluster: AdmittingCluster;
let voter: DecidingVoter;
let second: NodeRecord;
beforeEach(async () => {
  cluster = await admittingCluster();
  second = (await admit(cluster, requestOf(await cluster.token(), keyPem))).record;
  voter = await decidingVoter(cluster);
});

const remove = (node = 'b2', dryRun = false): Promise<{ removed: boolean; sentence: string }> =>
  voter.decider.remove({ node, dryRun });
const revision = async (): Promise<number> => (await cluster.decisions.read(decisionsPrefix)).revision;

it('a node that serves is emptied first, and its admission ends when it carries nothing', async () => {
  expect(await remove()).toEqual({ removed: false, sentence: 'b2 still ends web' });
  expect((await cluster.known()).wishes[second.id]?.forbid).toHaveLength(5);
  expect(voter.buried).toEqual([]);
  const emptied = await revision();
  expect(await remove()).toMatchObject({ removed: false });
  expect(await revision()).toBe(emptied);
  voter.applied.set(second.id, { web: '', node: 'x' });
  expect(await remove()).toEqual({ removed: true, sentence: `b2 (${second.id}) was removed` });
  const { nodes, wishes, tombstones } = await cluster.known();
  expect([nodes, wishes, voter.buried]).toEqual([[cluster.first], {}, [tombstones[second.id]]]);
  expect(told(voter.journal)).toEqual([
    'info: b2 is to leave: its roles go to others, by the operator',
    `info: b2 (${second.id}) was removed, by the operator`,
  ]);
  expect(voter.parts.view()?.nodes).toHaveLength(1);
});

it.each(['unreachable', 'dead', 'left'] as const)('a node that is %s goes at once', async (verdict) => {
  voter.verdicts.set(second.id, verdict);
  expect(await remove()).toMatchObject({ removed: true });
});

it('a dry run says what it would mean, and changes nothing', async () => {
  const before = await revision();
  expect(await remove('b2', true)).toEqual({
    removed: false,
    sentence: 'b2 leaves the cluster for good: web stays on 1 of 2 nodes; b1 goes on',
  });
  expect([await revision(), told(voter.journal)]).toEqual([before, []]);
});

it.each([
  ['b1', false, 'not-allowed'],
  ['b1', true, 'not-allowed'],
  ['b9', false, 'not-found'],
])('%s (dry run %s) is refused: %s', async (node, dryRun, code) => {
  const before = await revision();
  await expect(remove(node, dryRun)).rejects.toMatchObject({ code });
  expect(await revision()).toBe(before);
});

it('a node is not removed by who cannot sign', async () => {
  voter.verdicts.set(second.id, 'dead');
  const bare = await decidingVoter({ ...cluster, authority: () => Promise.reject(new Error('no key')) });
  bare.verdicts.set(second.id, 'dead');
  await expect(bare.decider.remove({ node: 'b2', dryRun: false })).rejects.toThrow('no key');
  expect(bare.buried).toEqual([]);
});
