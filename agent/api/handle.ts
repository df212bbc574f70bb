import type { SignedTombstone } from '../../roles/model/admission.ts';
import type { Event } from '../../roles/model/event.ts';
import type { DatabaseName } from '../../roles/model/named-database.ts';
import type { NodeId } from '../../roles/model/node.ts';
import type { View } from '../../roles/model/view.ts';
import type { RenewRequest } from '../admission/renewal.ts';
import type { InspectedToken, ListedToken } from '../admission/tokens.ts';
import type { DecisionsCopy } from '../decisions/copy.ts';
import type { PeerAnswer, PeerRequest } from '../decisions/peer-api.ts';
import type { PayloadFiles } from '../host/payload-files.ts';
import type { ApplicationHandle } from './application-words.ts';
import type { DoctorReport, HeardReport, PlanReport, SettingsReport, TokenPlace } from './contract.ts';
import type { CacheNodeReport, CachesReport } from './contract-cache.ts';
import type { RejoinReport } from './contract-rejoin.ts';
import type { ServerReport, ServersReport } from './contract-server.ts';
import type { Decider } from './decider.ts';

/** What is asked about the databases of applications beside the decisions. */
export interface DatabasesHandle {
  /** Bytes by name, as the primary says; empty where it does not. */
  sizes(): Promise<Readonly<Record<string, number>>>;
  /** The same of this node's own server. */
  ownSizes(): Promise<Readonly<Record<string, number>>>;
  /** Throws `not-found`, and `secret-missing` on a node that needs no password. */
  credentials(name: DatabaseName): Promise<{ readonly user: string; readonly password: string }>;
}

/** What is asked about the database servers themselves. */
export interface ServerHandle {
  /** This node's own. */
  look(): Promise<ServerReport>;
  all(): Promise<ServersReport>;
  /** Does now what follows from the word on the primary of this epoch. */
  turn(epoch: number): Promise<ServerReport>;
  /** All data of this node's server. */
  backup(): ReadableStream;
}

/** What is asked about the caches themselves. */
export interface CachesHandle {
  /** What this node knows. */
  own(view: View): Promise<CacheNodeReport>;
  all(view: View): Promise<CachesReport>;
}

/** What the API may ask of the running agent; main.ts fills it. */
export interface AgentHandle {
  readonly version: string;
  /** By this machine's clock. */
  now(): Date;
  /** The newest view; undefined until the first decisions are known. */
  view(): View | undefined;
  /** Whether the store of decisions answered last time, and a sentence about it. */
  decisions(): { readonly writable: boolean; readonly revision: number; readonly sentence: string };
  /** Why each role was given to the node, from its assignment; empty for `node`. */
  reasons(node: string): Readonly<Record<string, string>>;
  /** Events after a sequence number, oldest first, at most `limit` and then the newest of them. */
  events(after: number, limit: number): readonly Event[];
  /** Every new event from now on, until the signal aborts. */
  follow(signal: AbortSignal): AsyncIterable<Event>;
  plan(): Promise<PlanReport>;
  doctor(): Promise<DoctorReport>;
  settings(): SettingsReport;
  /** What changes decisions; undefined on a node that does not keep them: there a word is passed on to a voter. */
  decider(): Decider | undefined;
  /** Passes a request on to a voter. Throws `store-unreachable` where none answers. */
  passOn(request: PeerRequest): Promise<PeerAnswer>;
  /** Why this node is no member now; undefined for one that is. */
  strangeness(node: NodeId): string | undefined;
  /**
   * Where and how long ago this node heard another, undefined where it did not; of itself it knows. `from`: where the
   * question came from, which is told if another machine asks for this node in its own name.
   */
  heard(node: NodeId, from: string): NonNullable<HeardReport['heard']> | undefined;
  /** Looks for the others at an address, for ten seconds. Throws `peer-unreachable` where none answers from there. */
  rejoin(address: string): Promise<RejoinReport>;
  /** All decisions, for the other nodes. */
  copy(): DecisionsCopy;
  /** Calls the listener after every change of the decisions; returns the way to stop that. */
  onCopy(listener: () => void): () => void;
  readonly databases: DatabasesHandle;
  readonly server: ServerHandle;
  readonly caches: CachesHandle;
  tombstone(node: NodeId): SignedTombstone | undefined;
  /** Where a joiner finds this node, and the pin of its key. */
  place(): Promise<TokenPlace>;
  tokens(): readonly ListedToken[];
  /** Throws `token-refused` for a damaged one. */
  inspect(token: string): InspectedToken;
  /** Whether somebody holds a token that is good now. Throws `token-refused`. */
  requireToken(tokenId: string, secret: string): void;
  /** Whether a node asks for its own certificate, as far as this node knows. Throws `node-refused`. */
  requireRenewer(request: RenewRequest): Promise<void>;
  readonly payload: PayloadFiles;
  readonly applications: ApplicationHandle;
}
