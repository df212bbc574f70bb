/** Where muster keeps its own on a node; see docs/operations.md. */
export const paths = {
  nodeConfig: '/etc/muster/node.json',
  state: '/var/lib/muster',
  identity: '/var/lib/muster/identity.json',
  /** The cluster's authority and this node's certificate. */
  pki: '/var/lib/muster/pki',
  authority: '/var/lib/muster/pki/ca.crt',
  authorityKey: '/var/lib/muster/pki/ca.key',
  certificate: '/var/lib/muster/pki/node.crt',
  certificateKey: '/var/lib/muster/pki/node.key',
  /** The key that every node of the cluster shares: the outer fence of its gossip. */
  networkKey: '/var/lib/muster/pki/network.key',
  decisions: '/var/lib/muster/decisions.json',
  /** What is known of the other nodes, and which of its lives this agent lives. */
  peers: '/var/lib/muster/peers.json',
  epoch: '/var/lib/muster/epoch.json',
  /** The end of this node's own admission, once it was heard of. */
  tombstone: '/var/lib/muster/tombstone.json',
  journal: '/var/lib/muster/journal.ndjson',
  /** What Apache serves while there is no application. */
  www: '/var/lib/muster/www',
  /** The common file system of all web nodes: uploads and whatever else applications write. */
  shared: '/var/lib/muster/shared',
  /** Where a storage node keeps its part of it; an own disk is mounted at /srv. */
  storage: '/srv/muster',
  /** Releases of applications, each in a folder of its own. */
  applications: '/var/lib/muster/apps',
  run: '/run/muster',
  log: '/var/log/muster',
  payload: '/opt/muster',
} as const;
