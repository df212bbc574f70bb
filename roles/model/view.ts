import type { Application } from './application.ts';
import type { Assignment } from './assignment.ts';
import type { PurgedDecision } from './cache.ts';
import type { AcmeAccount, Certificate, CertificateOrder } from './certificate.ts';
import type { DatabaseView } from './database.ts';
import type { Facts } from './facts.ts';
import type { NamedDatabase } from './named-database.ts';
import type { NodeId, NodeRecord, RoleName } from './node.ts';
import type { StorageView } from './storage.ts';

/** What the others think of a node; see docs/words.md. */
export type Verdict = 'alive' | 'suspect' | 'unmanaged' | 'unreachable' | 'dead' | 'left';

/** Whether the machine of a node answers, as far as is known: also where its agent has fallen silent. */
export function isReachable({ verdict }: { readonly verdict: Verdict }): boolean {
  return verdict === 'alive' || verdict === 'suspect' || verdict === 'unmanaged';
}

/** One node as seen in a view. Facts are absent until its first word arrives. */
export interface NodeView {
  readonly record: NodeRecord;
  readonly roles: Assignment['roles'];
  readonly verdict: Verdict;
  readonly facts?: Facts;
}

/** Decisions × facts × verdicts, as one node sees them at one moment. */
export interface View {
  readonly self: NodeId;
  readonly cluster: { readonly id: string; readonly name: string; readonly generation: number };
  /** The revision of the decisions it was made from. */
  readonly revision: number;
  /** In order of their ordinals. */
  readonly nodes: readonly NodeView[];
  /**
   * Whether the store itself stands behind these decisions now; absent while it is silent, or has not been heard in this
   * life of the agent: what was on disk may be old.
   */
  readonly confirmed?: true;
  /** Where another machine lives under this node's own identity; it keeps still while that is so. */
  readonly twin?: string;
  /** Who is the primary of the database; absent until one was chosen. */
  readonly database?: DatabaseView;
  /** Where the common files are kept; absent until it was decided. */
  readonly storage?: StorageView;
  /** The databases of applications, in order of their names. */
  readonly databases?: readonly NamedDatabase[];
  /** From which moment on stored pages count; absent while nothing was ever purged. */
  readonly cache?: PurgedDecision;
  /** In order of their names. */
  readonly applications?: readonly Application[];
  /** The names of the secrets that this node can open, each with the revision of its last change. */
  readonly secrets?: Readonly<Record<string, number>>;
  /** By their names: the certificates in use, and those that are being obtained. */
  readonly certificates?: Readonly<Record<string, Certificate>>;
  readonly orders?: Readonly<Record<string, CertificateOrder>>;
  /** The account by which certificates are obtained; absent until the first one was asked for. */
  readonly acme?: AcmeAccount;
  /** Settings by section, each already parsed by the schema of its owner. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** The node that looks. Throws if the view was made without it, which is a bug in the caller. */
export function selfOf(view: View): NodeView {
  const self = view.nodes.find((node) => node.record.id === view.self);
  if (self === undefined) throw new Error(`the view of ${view.self} does not contain ${view.self}`);
  return self;
}

/** What people call a node; its id where the view has no such node. */
export function nameOf({ nodes }: Pick<View, 'nodes'>, id: NodeId): string {
  return nodes.find(({ record }) => record.id === id)?.record.name ?? id;
}

/** Whether a node carries a role, as all do `node`, or still ends what it had under way when it was taken away. */
export function carriesOrEnds({ roles, facts }: NodeView, role: RoleName): boolean {
  return role === 'node' || roles.includes(role) || (facts?.applied[role] ?? '') !== '';
}

/** The nodes that carry a role, in order of their ordinals. */
export function carriersOf(view: View, role: RoleName): readonly NodeView[] {
  return view.nodes.filter((node) => role === 'node' || node.roles.includes(role));
}
