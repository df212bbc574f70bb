import { generateKeyPairSync } from 'node:crypto';
import { beginEpoch, raiseEpoch } from '../../agent/cluster/life.ts';
import { startMembership } from '../../agent/cluster/membership.ts';
import type { Member, Membership } from '../../agent/cluster/membership-parts.ts';
import type { ClusterMark, DecisionsAt, Tombstone } from '../../agent/cluster/messages.ts';
import { OwnFacts } from '../../agent/cluster/own-facts.ts';
import { PeerBook } from '../../agent/cluster/peer-book.ts';
import { type Sign, signerOf } from '../../agent/cluster/signing.ts';
import type { NodeId } from '../../roles/model/node.ts';
import type { Clock } from '../../roles/model/ports.ts';
import { FakeFiles } from './fake-files.ts';
import type { SimNetwork } from './sim-network.ts';
import { type Overheard, SimTransport } from './sim-transport.ts';
import { recordOf, smallHardware } from './sketches.ts';

/** The n-th node with its keys; made once, since a key costs more than a second of virtual time. */
export interface SimIdentity {
  readonly member: Member;
  readonly sign: Sign;
}

const identities = new Map<number, SimIdentity>();

export function simIdentity(ordinal: number): SimIdentity {
  const known = identities.get(ordinal);
  if (known !== undefined) return known;
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const { id, address } = recordOf(ordinal);
  const gossipKey = String(publicKey.export({ format: 'jwk' }).x);
  const sign = signerOf(String(privateKey.export({ type: 'pkcs8', format: 'pem' })));
  const identity = { member: { id, address, gossipKey, dead: false }, sign };
  identities.set(ordinal, identity);
  return identity;
}

/** A clock that stands still, as far as its owner can tell, while the owner's process is stopped. */
class PausableClock implements Clock {
  readonly #clock: Clock;
  readonly #isPaused: () => boolean;
  readonly #resumed: () => Promise<void>;

  /** By so much its wall clock goes wrong. */
  skewMs = 0;

  constructor(clock: Clock, isPaused: () => boolean, resumed: () => Promise<void>) {
    this.#clock = clock;
    this.#isPaused = isPaused;
    this.#resumed = resumed;
  }

  now(): Date {
    return new Date(this.#clock.now().getTime() + this.skewMs);
  }

  monotonicMs(): number {
    return this.#clock.monotonicMs();
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    await this.#clock.sleep(ms, signal);
    if (this.#isPaused()) await this.#resumed();
  }
}

/** A node of a simulated cluster: everything but its transport is the real thing. */
export class SimNode {
  readonly id: NodeId;
  /** In its next life, if that is changed. */
  address: string;
  files = new FakeFiles();
  readonly decisionsOfOthers = new Map<NodeId, DecisionsAt>();
  readonly tombstones: NodeId[] = [];
  /** What went wrong on its disk. */
  readonly errors: string[] = [];
  membership: Membership | undefined;
  transport: SimTransport | undefined;
  facts: OwnFacts;
  /** Whether its services answer the others; they go on when the agent dies. */
  serves = false;
  /** By so much its wall clock goes wrong. */
  skewMs = 0;
  readonly #identity: SimIdentity;
  readonly #cluster: ClusterMark;
  readonly #network: SimNetwork;
  readonly #servesAt: (node: NodeId) => boolean;
  readonly #transports: SimTransport[] = [];
  #stop = new AbortController();
  #resume: (() => void)[] = [];

  constructor(
    ordinal: number,
    cluster: ClusterMark,
    network: SimNetwork,
    servesAt: (node: NodeId) => boolean,
  ) {
    this.#identity = simIdentity(ordinal);
    this.id = this.#identity.member.id;
    this.address = this.#identity.member.address;
    this.#cluster = cluster;
    this.#network = network;
    this.#servesAt = servesAt;
    this.facts = this.#ownFacts();
  }

  get runs(): boolean {
    return this.membership !== undefined;
  }

  /** A new life of the agent. */
  async start(members: readonly Member[]): Promise<void> {
    if (this.runs) return;
    const { clock, random } = this.#network;
    const { id, files } = this;
    this.#stop = new AbortController();
    this.facts = this.#ownFacts();
    const onError = (error: Error): void => void this.errors.push(error.message);
    const own = new PausableClock(
      clock,
      () => this.#network.isPaused(id),
      () => new Promise((resolve) => this.#resume.push(resolve)),
    );
    own.skewMs = this.skewMs;
    this.transport = new SimTransport(this.#network, id, this.address);
    this.#transports.push(this.transport);
    this.serves = true;
    const book = new PeerBook({ files, path: '/peers.json', onError });
    await book.load();
    this.membership = await startMembership(
      {
        transport: this.transport,
        clock: own,
        random,
        self: id,
        cluster: this.#cluster,
        epoch: await beginEpoch({ files, clock: own, path: '/epoch.json', onError }),
        sign: this.#identity.sign,
        tombstones: {
          verify: ({ node, seal }: Tombstone) =>
            seal === 'authority' && typeof node === 'string' ? node : undefined,
          ends: () => true,
        },
        ownFacts: this.facts,
        askServices: async (node) => this.#network.passes(id, node) && this.#servesAt(node),
        onView: () => undefined,
        onDecisionsAt: (node, at) => void this.decisionsOfOthers.set(node, at),
        onTombstone: (node) => void this.tombstones.push(node),
        onOutlived: (epoch) => void this.#beginAnew(epoch, members),
        book,
      },
      members,
      this.#stop.signal,
    );
  }

  /** The agent ends; `power`: its machine with it, at once and without a word. */
  stop(how: 'agent' | 'power'): void {
    if (!this.runs) return;
    this.resume();
    this.membership = undefined;
    if (how === 'power') this.serves = false;
    this.#stop.abort(how);
  }

  /** The disk is a new one, and nothing that was on the old one is known. */
  loseDisk(): void {
    this.files = new FakeFiles();
  }

  /** As the agent does where its machine gets another address. */
  async moveTo(address: string, members: readonly Member[]): Promise<void> {
    const { runs, serves } = this;
    this.stop('agent');
    this.serves = serves;
    this.address = address;
    if (runs) await this.start(members);
  }

  #ownFacts(): OwnFacts {
    return new OwnFacts(this.id, { ...smallHardware, address: this.address });
  }

  /** As the agent does once it is told that it lived later than now. */
  async #beginAnew(epoch: number, members: readonly Member[]): Promise<void> {
    const { serves } = this;
    this.stop('agent');
    this.serves = serves;
    await raiseEpoch({ files: this.files, path: '/epoch.json' }, epoch);
    await this.start(members);
  }

  /** All that arrived here in all its lives. */
  overheard(): readonly Overheard[] {
    return this.#transports.flatMap(({ overheard }) => overheard);
  }

  /** A stranger sends this again, or for the first time. True where it was listened to. */
  listensTo({ from, kind, bytes }: Overheard): boolean {
    const handlers = this.transport?.handlers;
    const { membership } = this;
    // What it heard before may have told it to begin anew.
    if (membership === undefined) return false;
    const refused = (): number => Object.values(membership.refusals()).reduce((sum, count) => sum + count, 0);
    const before = refused();
    if (kind === 'datagram') handlers?.onDatagram(from, bytes, '192.0.2.66');
    else if (handlers?.onBroadcast(from, bytes) === 'accept') return true;
    return refused() === before;
  }

  pause(): void {
    if (this.runs) this.#network.pause(this.id);
  }

  resume(): void {
    this.#network.resume(this.id);
    const waiting = this.#resume;
    this.#resume = [];
    for (const go of waiting) go();
  }
}
