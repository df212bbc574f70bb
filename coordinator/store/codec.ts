import * as z from 'zod';
import { SignedTombstone } from '../../roles/model/admission.ts';
import { Application } from '../../roles/model/application.ts';
import { Assignment } from '../../roles/model/assignment.ts';
import { PurgedDecision } from '../../roles/model/cache.ts';
import {
  AcmeAccount,
  Certificate,
  CertificateName,
  CertificateOrder,
} from '../../roles/model/certificate.ts';
import { DatabaseDecision, type DatabaseView } from '../../roles/model/database.ts';
import { messageOf } from '../../roles/model/errors.ts';
import { NamedDatabase } from '../../roles/model/named-database.ts';
import { NodeId, NodeRecord } from '../../roles/model/node.ts';
import type { Entry, Snapshot } from '../../roles/model/ports.ts';
import { Sealed, SecretName } from '../../roles/model/sealed.ts';
import { StorageDecision, type StorageView } from '../../roles/model/storage.ts';
import { TokenRecord } from '../../roles/model/token.ts';
import { Wish } from '../../roles/model/wish.ts';
import { assignmentKey, clusterKey, kindOf, nodeKey, settingsKey } from './keys.ts';

/** The voter whose brain decides. */
const Leader = z.strictObject({ node: NodeId });
type Leader = z.infer<typeof Leader>;

/** Which cluster this is; the generation goes up when it is made anew after its store was lost. */
export const Cluster = z.strictObject({ id: z.string().min(1), generation: z.int().min(1) });
export type Cluster = z.infer<typeof Cluster>;

/** Since when a node is dead: its roles may go to others. */
const Death = z.strictObject({ at: z.iso.datetime() });
type Death = z.infer<typeof Death>;

/** A stored value that could not be understood; the others count all the same. */
interface MalformedDecision {
  readonly key: string;
  readonly why: string;
}

/** All decisions, understood. */
export interface DecisionSet {
  readonly revision: number;
  /** Parsed JSON, not yet checked: the schema is roles/registry.ts's. Undefined while none are stored. */
  readonly settings: unknown;
  /** The revision of the last change of the settings; 0 while none are stored. */
  readonly settingsRevision: number;
  /** In order of their ordinals. */
  readonly nodes: readonly NodeRecord[];
  readonly assignments: Readonly<Record<NodeId, Assignment>>;
  /** Who was removed; each with the last word on its older records. */
  readonly tombstones: Readonly<Record<NodeId, SignedTombstone>>;
  /** By their ids. */
  readonly tokens: Readonly<Record<string, TokenRecord>>;
  readonly wishes: Readonly<Record<NodeId, Wish>>;
  /** By their names. */
  readonly secrets: Readonly<Record<string, Sealed>>;
  /** By their names: the revision of their last change. */
  readonly secretRevisions: Readonly<Record<string, number>>;
  readonly database?: DatabaseView;
  /** By their names. */
  readonly certificates: Readonly<Record<string, Certificate>>;
  readonly orders: Readonly<Record<string, CertificateOrder>>;
  readonly acme?: AcmeAccount;
  readonly storage?: StorageView;
  /** Of applications, in order of their names. */
  readonly databases: readonly NamedDatabase[];
  readonly cache?: PurgedDecision;
  /** By their names. */
  readonly applications: Readonly<Record<string, Application>>;
  /** Who was declared dead and has not come back yet. */
  readonly deaths: Readonly<Record<NodeId, Death>>;
  readonly leader?: Leader;
  readonly cluster?: Cluster;
  readonly malformed: readonly MalformedDecision[];
}

/** Understands a snapshot. Unknown keys are left out; a malformed value is named and does no harm to the others. */
export function decode(snapshot: Snapshot): DecisionSet {
  const found: Found = {
    settings: undefined,
    settingsRevision: 0,
    nodes: [],
    assignments: {},
    tombstones: {},
    tokens: {},
    wishes: {},
    secrets: {},
    secretRevisions: {},
    applications: {},
    databases: [],
    deaths: {},
    certificates: {},
    orders: {},
    acme: undefined,
    leader: undefined,
    cluster: undefined,
    database: undefined,
    storage: undefined,
    cache: undefined,
  };
  const malformed: MalformedDecision[] = [];
  for (const [key, entry] of Object.entries(snapshot.entries)) {
    try {
      takeIn(found, key, entry);
      if (key === settingsKey) found.settingsRevision = entry.modRevision;
    } catch (error) {
      malformed.push({ key, why: error instanceof z.ZodError ? z.prettifyError(error) : messageOf(error) });
    }
  }
  const { leader, cluster, database, databases, storage, cache, acme, nodes, ...rest } = found;
  return {
    ...rest,
    revision: snapshot.revision,
    nodes: nodes.sort((a, b) => a.ordinal - b.ordinal),
    databases: databases.sort((a, b) => (a.name < b.name ? -1 : 1)),
    ...(leader === undefined ? {} : { leader }),
    ...(cluster === undefined ? {} : { cluster }),
    ...(database === undefined ? {} : { database }),
    ...(acme === undefined ? {} : { acme }),
    ...(storage === undefined ? {} : { storage }),
    ...(cache === undefined ? {} : { cache }),
    malformed,
  };
}

interface Found {
  settings: unknown;
  settingsRevision: number;
  nodes: NodeRecord[];
  assignments: Record<NodeId, Assignment>;
  tombstones: Record<NodeId, SignedTombstone>;
  tokens: Record<string, TokenRecord>;
  wishes: Record<NodeId, Wish>;
  secrets: Record<string, Sealed>;
  secretRevisions: Record<string, number>;
  applications: Record<string, Application>;
  deaths: Record<NodeId, Death>;
  certificates: Record<string, Certificate>;
  orders: Record<string, CertificateOrder>;
  acme: AcmeAccount | undefined;
  leader: Leader | undefined;
  cluster: Cluster | undefined;
  database: DatabaseView | undefined;
  storage: StorageView | undefined;
  databases: NamedDatabase[];
  cache: PurgedDecision | undefined;
}

function takeIn(found: Found, key: string, { value, modRevision }: Entry): void {
  const name = kindOf(key);
  switch (name.kind) {
    case 'settings':
      found.settings = JSON.parse(value);
      return;
    case 'leader':
      found.leader = Leader.parse(JSON.parse(value));
      return;
    case 'cluster':
      found.cluster = Cluster.parse(JSON.parse(value));
      return;
    case 'database':
      found.database = { ...DatabaseDecision.parse(JSON.parse(value)), epoch: modRevision };
      return;
    case 'acme':
      found.acme = AcmeAccount.parse(JSON.parse(value));
      return;
    case 'storage':
      found.storage = { ...StorageDecision.parse(JSON.parse(value)), epoch: modRevision };
      return;
    case 'cache':
      found.cache = PurgedDecision.parse(JSON.parse(value));
      return;
    case 'node':
      found.nodes.push(speaksOf(name.id, NodeRecord.parse(JSON.parse(value))));
      return;
    case 'assignment':
      found.assignments[NodeId.parse(name.id)] = Assignment.parse(JSON.parse(value));
      return;
    case 'tombstone':
      found.tombstones[name.id] = parseTombstone(name.id, value);
      return;
    case 'token':
      found.tokens[name.id] = speaksOf(name.id, TokenRecord.parse(JSON.parse(value)));
      return;
    case 'wish':
      found.wishes[NodeId.parse(name.id)] = Wish.parse(JSON.parse(value));
      return;
    case 'secret':
      found.secrets[SecretName.parse(name.id)] = Sealed.parse(JSON.parse(value));
      found.secretRevisions[name.id] = modRevision;
      return;
    case 'application':
      found.applications[name.id] = namedAs(name.id, Application.parse(JSON.parse(value)));
      return;
    case 'namedDatabase':
      found.databases.push(namedAs(name.id, NamedDatabase.parse(JSON.parse(value))));
      return;
    case 'death':
      found.deaths[NodeId.parse(name.id)] = Death.parse(JSON.parse(value));
      return;
    case 'certificate':
      found.certificates[CertificateName.parse(name.id)] = Certificate.parse(JSON.parse(value));
      return;
    case 'order':
      found.orders[CertificateName.parse(name.id)] = CertificateOrder.parse(JSON.parse(value));
      return;
    case 'admissions':
    case 'unknown':
  }
}

function parseTombstone(id: string, value: string): SignedTombstone {
  const signed = SignedTombstone.parse(JSON.parse(value));
  speaksOf(id, { id: signed.tombstone.nodeId });
  return signed;
}

/** A value under the key of another is as good as malformed. */
function speaksOf<Value extends { readonly id: string }>(id: string, value: Value): Value {
  if (value.id !== id) throw new Error(`it speaks of ${value.id}`);
  return value;
}

function namedAs<Value extends { readonly name: string }>(name: string, value: Value): Value {
  speaksOf(name, { id: value.name });
  return value;
}

/** Decisions as they are put into the store: key to value. */
export function encode(set: {
  readonly settings?: unknown;
  readonly cluster?: Cluster;
  readonly nodes?: readonly NodeRecord[];
  readonly assignments?: Readonly<Record<NodeId, Assignment>>;
}): Record<string, string> {
  const values: Record<string, string> = {};
  if (set.settings !== undefined) values[settingsKey] = JSON.stringify(set.settings);
  if (set.cluster !== undefined) values[clusterKey] = JSON.stringify(set.cluster);
  for (const record of set.nodes ?? []) values[nodeKey(record.id)] = JSON.stringify(record);
  for (const [id, assignment] of Object.entries(set.assignments ?? {})) {
    values[assignmentKey(id)] = JSON.stringify(assignment);
  }
  return values;
}
