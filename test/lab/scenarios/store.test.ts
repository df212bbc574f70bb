import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type Authority,
  createAuthority,
  issueCertificate,
  type KeyedCertificate,
} from '../../../agent/host/certificates.ts';
import { EtcdDecisions } from '../../../coordinator/store/etcd/decisions.ts';
import type { GatewayOptions } from '../../../coordinator/store/etcd/gateway.ts';
import type { View } from '../../../roles/model/view.ts';
import { etcd, etcdPki } from '../../../roles/node/service.ts';
import { blockOf, unitText } from '../../../roles/node/templates.ts';
import { lonelyView } from '../../support/sample-views.ts';
import { decisionsContract } from '../../unit/coordinator/store/contract.ts';
import { eventually, type Lab, type LabMachine, openLab } from '../harness/index.ts';

const unit = 'muster-etcd.service';
/** The first election alone takes up to 4 s; a machine shared with others three times that. */
const upWithinMs = 30_000;

/** The view of the machine's own node, by its true address. */
function viewOf(machine: LabMachine): View {
  const lone = lonelyView();
  const nodes = lone.nodes.map((one) => ({ ...one, record: { ...one.record, address: machine.address } }));
  return { ...lone, nodes };
}

/**
 * etcd exactly as the node role runs it, but for one flag: it listens for clients on the machine's address, so that
 * this process outside can reach it.
 */
async function startEtcd(machine: LabMachine): Promise<GatewayOptions> {
  const view = viewOf(machine);
  const [now, addresses] = [new Date(), [machine.address]];
  const authority = await createAuthority({ clusterName: 'lab', clusterId: 'c1', now });
  const issued = await issueCertificate(authority, { nodeId: view.self, names: [], addresses, now });
  await putPki(machine, authority, issued);
  await machine.exec(['tee', '-a', '/etc/hosts'], { input: blockOf(view) });
  const outside = (flag: string): string =>
    flag.startsWith('--listen-client-urls=') ? flag.replace('127.0.0.1', machine.address) : flag;
  const service = etcd(view);
  const [program, ...flags] = service.foreground;
  const text = unitText({ ...service, foreground: [program, ...flags.map(outside)] });
  await machine.writeFile(`/etc/systemd/system/${unit}`, text);
  await machine.exec(['systemctl', 'daemon-reload']);
  await machine.exec(['systemctl', 'start', unit]);
  return {
    host: machine.address,
    port: 7702,
    credentials: () => ({
      authority: authority.certificatePem,
      certificate: issued.certificatePem,
      privateKey: issued.privateKeyPem,
    }),
  };
}

async function putPki(machine: LabMachine, authority: Authority, issued: KeyedCertificate): Promise<void> {
  await machine.exec(['install', '-d', '-m', '0711', '/var/lib/muster']);
  const files = {
    'ca.crt': authority.certificatePem,
    'server.crt': issued.certificatePem,
    'server.key': issued.privateKeyPem,
  };
  for (const [name, text] of Object.entries(files)) await machine.writeFile(`${etcdPki}/${name}`, text);
  await machine.exec(['chmod', '-R', 'u=rwX,go=', etcdPki]);
  await machine.exec(['chown', '-R', 'etcd:etcd', etcdPki]);
}

describe('the store of decisions on a machine', () => {
  let lab: Lab;
  let b1: LabMachine;
  let options: GatewayOptions;

  beforeAll(async () => {
    lab = await openLab({ machines: 1 });
    b1 = lab.machine('b1');
    options = await startEtcd(b1);
  });
  afterAll(async () => lab.close());

  decisionsContract('etcd', () => {
    const decisions = new EtcdDecisions(options);
    return Promise.resolve({
      decisions,
      prefix: '/contract/',
      elapse: (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1_000)),
      close: () => {
        decisions.close();
        return Promise.resolve();
      },
    });
  });

  test('what was decided outlives the death of etcd, and systemd brings it back', async () => {
    const decisions = new EtcdDecisions(options);
    const put = await decisions.transact({ conditions: [], put: { '/muster/settings': '{}' } });
    await b1.exec(['systemctl', 'kill', '--signal=KILL', unit]);
    const found = await eventually('etcd answers again', () => decisions.read('/muster/settings'), {
      deadlineMs: upWithinMs,
    });
    expect(found.entries['/muster/settings']).toEqual({ value: '{}', modRevision: put.revision });
    decisions.close();
  });

  test('a watch ends when etcd does', async () => {
    const decisions = new EtcdDecisions(options);
    const begun = Promise.withResolvers<void>();
    const watching = decisions.watch('/muster/', () => begun.resolve(), new AbortController().signal);
    await begun.promise;
    await b1.exec(['systemctl', 'stop', unit]);
    await watching;
    await expect(decisions.read('/muster/')).rejects.toMatchObject({ code: 'store-unreachable' });
    await b1.exec(['systemctl', 'start', unit]);
    expect((await decisions.read('/muster/')).revision).toBeGreaterThan(1);
    decisions.close();
  });

  test('etcd takes no client without a certificate of the cluster, and leaves no file open to others', async () => {
    const stranger = await createAuthority({ clusterName: 'lab', clusterId: 'c2', now: new Date() });
    const request = { nodeId: viewOf(b1).self, names: [], addresses: [], now: new Date() };
    const { certificatePem, privateKeyPem } = await issueCertificate(stranger, request);
    const decisions = new EtcdDecisions({
      ...options,
      credentials: () => ({
        authority: options.credentials().authority,
        certificate: certificatePem,
        privateKey: privateKeyPem,
      }),
    });
    await expect(decisions.read('/muster/')).rejects.toMatchObject({ code: 'store-unreachable' });
    decisions.close();
    const mode = await b1.exec(['stat', '-c', '%U:%G %a', '/var/lib/muster/etcd']);
    expect(mode.stdout.trim()).toBe('etcd:etcd 700');
  });
});
