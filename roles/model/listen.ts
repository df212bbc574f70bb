/** The port table of a node: all five roles fit on one machine. */
export const listen = {
  /** HAProxy, on every address. */
  http: 80,
  /** The same over TLS. */
  https: 443,
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
  /** Apache again, on loopback: releases of applications that are still to be proved. */
  preview: 8083,
  /** nginx, on the node's own address. */
  cache: 8080,
  /** GlusterFS: its daemon, and the parts of the volume, on the node's own address. */
  volumes: 24_007,
  /** A node holds one part; while one is replaced its successor takes the next port. */
  bricks: [49_152, 49_153, 49_154],
  /** The kernel's NFS server, on every address; open to web nodes alone. */
  files: 2049,
  /** HAProxy again, for caches alone: what they have not stored they ask of the balancer that asks them. */
  origin: 8082,
  /** memcached, on the node's own address. */
  pool: 11211,
  /** mariadbd, on the node's own address; for writes also on every web node's loopback, wherever the primary is. */
  database: 3306,
  /** For reads, on every web node's loopback: the replicas, or the primary where there is none. */
  databaseReads: 3307,
} as const;
