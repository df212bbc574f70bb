/** The port table of a node: all five roles fit on one machine. */
export const listen = {
  /** HAProxy, on every address. */
  http: 80,
  /** Gossip (TCP) and heartbeats (UDP), on the node's own address. */
  gossip: 7700,
  /** The agent's HTTPS API, on the node's own address. */
  api: 7701,
  /** etcd for clients, on loopback only. */
  etcdClient: 7702,
  /** etcd for its peers, on the node's own address. */
  etcdPeer: 7703,
  /** Apache, on the node's own address. */
  web: 8081,
  /** nginx, on the node's own address. */
  cache: 8080,
  /** memcached, on the node's own address. */
  pool: 11211,
  /** mariadbd, on the node's own address. */
  database: 3306,
} as const;
