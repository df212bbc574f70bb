import { listen } from '../model/listen.ts';
import { nodeHostname } from '../model/node.ts';
import { paths } from '../model/paths.ts';
import type { ServiceSpec } from '../model/service.ts';
import { selfOf, type View } from '../model/view.ts';
import { votersOf } from './standing.ts';

/** Where the rules of our table stand; the unit reads them before the network is there. */
export const rulesPath = '/etc/muster/firewall.nft';

const dataDirectory = `${paths.state}/etcd`;
/** Copies of the node's certificate that the user etcd may read; written at init and at renewal. */
export const etcdPki = `${paths.state}/etcd-pki`;

/** A slow disk or a busy neighbour must not cost an election: ten beats fit into one timeout, 2-4 s without writes. */
const heartbeatMs = 200;
const electionMs = 2_000;
/** All decisions are a few 100 KB; what grows to this is a fault, and must not fill the disk. */
const quotaBytes = 256 * 1024 * 1024;
/** Entries between two snapshots of the log; a fresh member replays at most these. */
const snapshotCount = 10_000;
/** Entries of one transaction: a thousand nodes with all that belongs to each. */
const mostOperations = 10_000;
/** Nobody asks for what was decided before. */
const historyKept = '1h';

/** Our table in the kernel: there from before the network on, gone when the unit is stopped. systemd only. */
export const firewall: ServiceSpec = {
  unit: 'muster-firewall.service',
  label: 'the firewall',
  foreground: ['/usr/sbin/nft', '-f', rulesPath],
  stopSignal: 'SIGTERM',
};

export const etcdUnit = 'muster-etcd.service';

/** The etcd member of this node. */
export function etcd(view: View): ServiceSpec {
  return {
    unit: etcdUnit,
    label: 'etcd',
    foreground: ['/usr/bin/etcd', ...flagsOf(view)],
    user: 'etcd',
    // The heap stays well below the unit's MemoryHigh, so that Go tidies up before the kernel slows it down.
    environment: { GOMEMLIMIT: '96MiB' },
    runtimeDirectories: [{ path: dataDirectory, owner: 'etcd:etcd', mode: 0o700 }],
    stopSignal: 'SIGTERM',
  };
}

/** A lone voter has no peers, and its store shall outlive the loss of the node's address. */
function peerAddress(view: View): string {
  return votersOf(view).length === 1 ? '127.0.0.1' : selfOf(view).record.address;
}

function flagsOf(view: View): string[] {
  const { id } = selfOf(view).record;
  const client = `https://127.0.0.1:${String(listen.etcdClient)}`;
  const advertised = `https://${nodeHostname(id)}:${String(listen.etcdPeer)}`;
  return [
    `--name=${id}`,
    `--data-dir=${dataDirectory}`,
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    // To listen takes an address; what is stored in the member list is a name, so that the address may change.
    `--listen-peer-urls=https://${peerAddress(view)}:${String(listen.etcdPeer)}`,
    `--initial-advertise-peer-urls=${advertised}`,
    `--initial-cluster=${id}=${advertised}`,
    '--initial-cluster-state=new',
    '--client-cert-auth',
    `--trusted-ca-file=${etcdPki}/ca.crt`,
    `--cert-file=${etcdPki}/server.crt`,
    `--key-file=${etcdPki}/server.key`,
    '--peer-client-cert-auth',
    `--peer-trusted-ca-file=${etcdPki}/ca.crt`,
    `--peer-cert-file=${etcdPki}/server.crt`,
    `--peer-key-file=${etcdPki}/server.key`,
    `--heartbeat-interval=${String(heartbeatMs)}`,
    `--election-timeout=${String(electionMs)}`,
    `--quota-backend-bytes=${String(quotaBytes)}`,
    `--snapshot-count=${String(snapshotCount)}`,
    // The last known decisions go into an empty store in one transaction; 128 entries are soon more.
    `--max-txn-ops=${String(mostOperations)}`,
    '--auto-compaction-mode=periodic',
    `--auto-compaction-retention=${historyKept}`,
    '--logger=zap',
    '--log-outputs=stderr',
    '--log-level=warn',
  ];
}
