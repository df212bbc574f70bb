import type { Secrets } from '../roles/model/ports.ts';
import type { View } from '../roles/model/view.ts';
import type { ReleaseStore } from './applications/store.ts';
import type { OwnFacts } from './cluster/own-facts.ts';
import type { Hand } from './database/hand.ts';
import type { Mover } from './database/move.ts';
import type { Servers } from './database/servers.ts';
import type { Way } from './database/way.ts';
import type { DecisionSource } from './decisions/source.ts';
import type { Gossip } from './gossip/gossip.ts';
import type { ProbeInput } from './hardware/probe.ts';
import type { Host } from './host/index.ts';
import type { NodeConfig } from './local/state.ts';
import type { Journal } from './reconcile/journal.ts';
import type { Manifest } from './reconcile/manifest.ts';
import type { RoleLoops } from './reconcile/role-loops.ts';
import type { Removed } from './self/removed.ts';
import type { Twin } from './self/twin.ts';

export interface AgentInput {
  readonly host: Host;
  readonly signal: AbortSignal;
  readonly version: string;
  readonly docs: (topic: string) => Promise<string | undefined>;
  /** Known before the other parts are made, if a life before this one has found it. */
  readonly twin: Twin;
}

/** What an agent is made of. */
export interface Parts extends AgentInput {
  readonly config: NodeConfig;
  readonly journal: Journal;
  readonly source: DecisionSource;
  readonly probeInput: ProbeInput;
  readonly facts: OwnFacts;
  readonly gossip: Gossip;
  readonly removed: Removed;
  /** The addresses that the cluster shares, as it was last decided. */
  readonly shared: () => readonly string[];
  readonly loops: RoleLoops;
  readonly manifest: Manifest;
  readonly store: ReleaseStore;
  readonly secrets: Secrets;
  readonly view: () => View | undefined;
  readonly hand: Hand;
  readonly servers: Servers;
  readonly mover: Mover;
  readonly way: Way;
}
