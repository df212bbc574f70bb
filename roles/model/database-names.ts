/** By these names clients find the databases on every node, wherever the primary is. */
export const primaryName = 'primary.db.muster';
export const replicasName = 'replicas.db.muster';

/**
 * Where a web node's own endpoints listen. Reads have an address of their own beside their port, so that their name
 * means them at the port that every client takes by default.
 */
export const writesAddress = '127.0.0.1';
export const readsAddress = '127.0.0.2';
