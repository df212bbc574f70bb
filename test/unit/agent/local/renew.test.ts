import { X509Certificate } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { RenewRequest, renew } from '../../../../agent/admission/renewal.ts';
import type { PeerAnswer } from '../../../../agent/decisions/peer-api.ts';
import { publicKeyPin } from '../../../../agent/host/certificates.ts';
import { runJoin } from '../../../../agent/local/join.ts';
import { type RenewalParts, renewCertificate } from '../../../../agent/local/renew.ts';
import { type NodeConfig, requireNodeConfig } from '../../../../agent/local/state.ts';
import { paths } from '../../../../roles/model/paths.ts';
import { type AdmittingCluster, admittingCluster } from '../../../support/admitting-cluster.ts';
import { type JoiningMachine, joiningMachine } from '../../../support/joining-machine.ts';

const yearMs = 365 * 86_400_000;
let cluster: AdmittingCluster;
let machine: JoiningMachine;
let config: NodeConfig;
let before: string;
beforeEach(async () => {
  cluster = await admittingCluster();
  machine = await joiningMachine(cluster);
  await runJoin({ token: await machine.token(), json: false }, machine);
  config = await requireNodeConfig(machine.files);
  before = machine.files.text(paths.certificate) ?? '';
  await cluster.clock.advance(2 * yearMs);
  await machine.clock.advance(2 * yearMs);
});

const asking = (answer: (body: unknown) => Promise<PeerAnswer>): RenewalParts => ({
  ...machine,
  ask: async ({ method, path, body }) => {
    expect([method, path]).toEqual(['POST', '/v1/renew']);
    return answer(JSON.parse(body ?? ''));
  },
});
const nobody: RenewalParts['ask'] = async () => {
  throw new Error('nobody is to be asked');
};
const after = (): string => machine.files.text(paths.certificate) ?? '';

describe('a certificate that has ended', () => {
  it('is renewed by a node that holds the authority, and keeps its pin', async () => {
    const parts = asking(async (body) => {
      const known = { known: await cluster.known(), authority: await cluster.authority() };
      return { status: 200, body: JSON.stringify(await renew(known, RenewRequest.parse(body))) };
    });
    await renewCertificate(parts, config);
    expect(after()).not.toBe(before);
    expect(publicKeyPin(after())).toBe(publicKeyPin(before));
    expect(Date.parse(new X509Certificate(after()).validTo)).toBeGreaterThan(machine.clock.now().getTime());
  });

  it('is renewed here where the authority is, and nobody is asked', async () => {
    machine.files.put(paths.authorityKey, cluster.ca.privateKeyPem);
    await renewCertificate({ ...machine, ask: nobody }, config);
    expect(publicKeyPin(after())).toBe(publicKeyPin(before));
    expect(new X509Certificate(after()).checkIP(config.address)).toBeDefined();
  });

  it('stays where the cluster refuses, and its reason is told', async () => {
    const parts = asking(async () => ({ status: 403, body: 'it was removed' }));
    await expect(renewCertificate(parts, config)).rejects.toMatchObject({
      code: 'node-refused',
      why: 'the cluster answers 403: it was removed',
    });
    expect(after()).toBe(before);
  });
});

it.each([paths.certificateKey, paths.identity])('nothing is renewed without %s', async (path) => {
  await machine.files.remove(path);
  await expect(renewCertificate({ ...machine, ask: nobody }, config)).rejects.toMatchObject({
    code: 'state-unreadable',
    why: `${path} is missing`,
  });
});
