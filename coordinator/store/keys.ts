import type { NodeId } from '../../roles/model/node.ts';

/** Every decision lives under this prefix. */
export const decisionsPrefix = '/muster/';

/** What the operator wants: the whole of muster.yml as JSON. */
export const settingsKey = `${decisionsPrefix}settings`;

/** The node whose brain holds the leader lease; bound to that lease. */
export const leaderKey = `${decisionsPrefix}leader`;

/** Which node is the primary of the database. */
export const databaseKey = `${decisionsPrefix}database`;

/** Where the common files are kept. */
export const storageKey = `${decisionsPrefix}storage`;

/** From which moment on stored pages count. */
export const cacheKey = `${decisionsPrefix}cache`;

/** Which cluster this is, and how often it had to be made anew from what was left of it. */
export const clusterKey = `${decisionsPrefix}cluster`;

/**
 * Put anew by every admission. Two that decide at the same time both name its revision, and one of them has to look
 * again: names, addresses and ordinals are free only until the next admission.
 */
export const admissionsKey = `${decisionsPrefix}admissions`;

/** The account by which certificates are obtained. */
export const acmeKey = `${decisionsPrefix}acme`;

const nodesPrefix = `${decisionsPrefix}nodes/`;
const assignmentsPrefix = `${decisionsPrefix}assignments/`;
const tombstonesPrefix = `${decisionsPrefix}tombstones/`;
const tokensPrefix = `${decisionsPrefix}tokens/`;
const wishesPrefix = `${decisionsPrefix}wishes/`;
const databasesPrefix = `${decisionsPrefix}databases/`;
const secretsPrefix = `${decisionsPrefix}secrets/`;
const deathsPrefix = `${decisionsPrefix}deaths/`;
const certificatesPrefix = `${decisionsPrefix}certificates/`;
const ordersPrefix = `${decisionsPrefix}orders/`;
const applicationsPrefix = `${decisionsPrefix}apps/`;

/** Where the admission of one node is recorded. */
export function nodeKey(id: NodeId): string {
  return `${nodesPrefix}${id}`;
}

/** Where the roles of one node are recorded. */
export function assignmentKey(id: NodeId): string {
  return `${assignmentsPrefix}${id}`;
}

/** Where the end of one node's admission is recorded. */
export function tombstoneKey(id: NodeId): string {
  return `${tombstonesPrefix}${id}`;
}

/** Where what is known of one join token is recorded: never its secret. */
export function tokenKey(id: string): string {
  return `${tokensPrefix}${id}`;
}

/** Where the operator's wishes for the roles of one node are recorded. */
export function wishKey(id: NodeId): string {
  return `${wishesPrefix}${id}`;
}

/** Where a secret lies that is sealed to the nodes which need it. */
export function secretKey(name: string): string {
  return `${secretsPrefix}${name}`;
}

/** Where one database of an application is recorded. */
export function namedDatabaseKey(name: string): string {
  return `${databasesPrefix}${name}`;
}

/** Where it is recorded that a node was declared dead; gone once it lives again. */
export function deathKey(id: NodeId): string {
  return `${deathsPrefix}${id}`;
}

/** Where a certificate in use is recorded; its key is a secret. */
export function certificateKey(name: string): string {
  return `${certificatesPrefix}${name}`;
}

/** Where it is recorded how far a certificate is that is being obtained. */
export function orderKey(name: string): string {
  return `${ordersPrefix}${name}`;
}

/** Where an application and its releases are recorded. */
export function applicationKey(name: string): string {
  return `${applicationsPrefix}${name}`;
}

/** Kinds of which there are many, each under a prefix of its own. */
const prefixes = {
  node: nodesPrefix,
  assignment: assignmentsPrefix,
  tombstone: tombstonesPrefix,
  token: tokensPrefix,
  wish: wishesPrefix,
  secret: secretsPrefix,
  namedDatabase: databasesPrefix,
  death: deathsPrefix,
  certificate: certificatesPrefix,
  order: ordersPrefix,
  application: applicationsPrefix,
} as const;
type KeyedKind = keyof typeof prefixes;

/** What a key speaks of, told by its name. */
export type KeyKind =
  | { readonly kind: 'settings' }
  | { readonly kind: 'leader' }
  | { readonly kind: 'cluster' }
  | { readonly kind: 'database' }
  | { readonly kind: 'acme' }
  | { readonly kind: 'storage' }
  | { readonly kind: 'cache' }
  | { readonly kind: 'admissions' }
  | { readonly kind: KeyedKind; readonly id: string }
  /** Written by a newer version, or by hand: left alone. */
  | { readonly kind: 'unknown' };

/** Reads a key's name. The id is as it stands there, not yet checked. */
export function kindOf(key: string): KeyKind {
  if (key === settingsKey) return { kind: 'settings' };
  if (key === leaderKey) return { kind: 'leader' };
  if (key === clusterKey) return { kind: 'cluster' };
  if (key === databaseKey) return { kind: 'database' };
  if (key === acmeKey) return { kind: 'acme' };
  if (key === storageKey) return { kind: 'storage' };
  if (key === cacheKey) return { kind: 'cache' };
  if (key === admissionsKey) return { kind: 'admissions' };
  for (const [kind, prefix] of Object.entries(prefixes)) {
    if (key.startsWith(prefix)) return { kind: kind as KeyedKind, id: key.slice(prefix.length) };
  }
  return { kind: 'unknown' };
}
