/** Where muster keeps its own on a node; see docs/operations.md. */
export const paths = {
  nodeConfig: '/etc/muster/node.json',
  state: '/var/lib/muster',
  identity: '/var/lib/muster/identity.json',
  pki: '/var/lib/muster/pki',
  decisions: '/var/lib/muster/decisions.json',
  journal: '/var/lib/muster/journal.ndjson',
  /** What Apache serves while there is no application. */
  www: '/var/lib/muster/www',
  run: '/run/muster',
  log: '/var/log/muster',
  payload: '/opt/muster',
} as const;
