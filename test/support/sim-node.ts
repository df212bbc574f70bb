import { type HeardReport, schemaVersion } from '../../agent/api/contract.ts';
import { beginEpoch, type Life, raiseEpoch } from '../../agent/cluster/life.ts';
import { startMembership } from '../../agent/cluster/membership.ts';
import type { Member, Membership } from '../../agent/cluster/membership-parts.ts';
import type { ClusterMark, DecisionsAt, Tombstone } from '../../agent/cluster/messages.ts';
import { OwnFacts } from '../../agent/cluster/own-facts.ts';
import { PeerBook } from '../../agent/cluster/peer-book.ts';
import type { PeerAnswer } from '../../agent/decisions/peer-api.ts';
import { type FindTwinParts, findRival, isFight, Twin } from '../../agent/self/twin.ts';
import { decode } from '../../coordinator/store/codec.ts';
import { seedSnapshot } from '../../coordinator/store/seed.ts';
import type { NodeId } from '../../roles/model/node.ts';
import type { Clock } from '../../roles/model/ports.ts';
import { FakeFiles } from './fake-files.ts';
import type { Copy, SimDecisions } from './sim-decisions.ts';
import { type SimIdentity, simIdentity, tombstoneOf } from './sim-identity.ts';
import type { LifeSeen } from './sim-invariants.ts';
import type { SimNetwork } from './sim-network.ts';
import { type Overheard, SimTransport } from './sim-transport.ts';
import { recordOf, smallHardware } from './sketches.ts';
import { type TransportWatch, WatchedTransport } from './watched-transport.ts';

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

/** What a node of a simulated cluster shares with the others. */
export interface SimWorld {
  readonly mark: ClusterMark;
  readonly network: SimNetwork;
  /** Whether a node's services answer. */
  readonly serves: (node: NodeId) => boolean;
  readonly decisions: () => SimDecisions;
  /** Whether the API of a node answers this time. */
  readonly apiAnswers: () => boolean;
  /** Where whoever is at an address hears the node of an id; rejects where nobody answers. */
  readonly heardAt: (address: string, node: NodeId) => HeardReport['heard'];
  /** Looks at each life of a node. */
  readonly watch: (life: LifeSeen) => TransportWatch;
}

/** A node of a simulated cluster: everything but its transport is the real thing. */
export class SimNode {
  readonly id: NodeId;
  readonly ordinal: number;
  /** In its next life, if that is changed. */
  address: string;
  files = new FakeFiles();
  readonly decisionsOfOthers = new Map<NodeId, DecisionsAt>();
  readonly tombstones: NodeId[] = [];
  /** Of whose removal it has heard, on its present disk. */
  buried = new Set<NodeId>();
  /** What went wrong on its disk. */
  readonly errors: string[] = [];
  membership: Membership | undefined;
  transport: SimTransport | undefined;
  facts: OwnFacts;
  /** Whether its services answer the others; they go on when the agent dies. */
  serves = false;
  /** By so much its wall clock goes wrong. */
  skewMs = 0;
  /** Of the machine, for as long as its agent lives. */
  twin: Twin;
  #outlivedMs: number | undefined;
  readonly #identity: SimIdentity;
  readonly #world: SimWorld;
  readonly #network: SimNetwork;
  readonly #transports: SimTransport[] = [];
  #stop = new AbortController();
  #resume: (() => void)[] = [];
  /** Of the decisions, on its present disk. */
  #copy: Copy | undefined;
  #told = neverTold();

  constructor(ordinal: number, world: SimWorld) {
    this.ordinal = ordinal;
    this.#identity = simIdentity(ordinal);
    this.id = this.#identity.member.id;
    this.#world = world;
    this.#network = world.network;
    this.address = this.#identity.member.address;
    this.facts = this.#ownFacts();
    this.twin = new Twin(this.#network.clock);
  }

  /** Its latest life, as it told the others. */
  get life(): Life {
    return this.#told.life;
  }

  get runs(): boolean {
    return this.membership !== undefined;
  }

  /** The members as it has them on its disk. */
  get members(): readonly Member[] {
    return this.#known().members;
  }

  /** The agent starts; among `members`, if they are others than it has on its disk. */
  async start(members: readonly Member[] = this.members): Promise<void> {
    if (this.runs) return;
    this.twin = new Twin(this.#network.clock);
    await this.#live(members);
  }

  /** One life among the others. */
  async #live(members: readonly Member[]): Promise<void> {
    this.#copy = { ...this.#known(), members };
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
    const epoch = await beginEpoch({ files, clock: own, path: '/epoch.json', onError });
    this.facts.setVersions({ epoch: String(epoch) });
    const { buried } = this;
    const told = this.#told;
    const life = { id, epoch, book, buried, told, membership: () => this.#lives(transport) };
    const transport = this.transport;
    this.membership = await startMembership(
      {
        transport: new WatchedTransport(transport, this.#world.watch(life)),
        clock: own,
        random,
        self: id,
        cluster: this.#world.mark,
        epoch,
        sign: this.#identity.sign,
        tombstones: {
          verify: ({ node, seal }: Tombstone) =>
            seal === 'authority' && typeof node === 'string' ? node : undefined,
          ends: () => true,
          atMs: () => 0,
        },
        ownFacts: this.facts,
        askServices: async (node) => this.#network.passes(id, node) && this.#world.serves(node),
        onView: () => undefined,
        onDecisionsAt: (node, at) => this.#heardOf(node, at),
        onTombstone: (node) => {
          this.tombstones.push(node);
          this.buried.add(node);
        },
        onOutlived: (later) => void this.#beginAnew(later),
        book,
      },
      members,
      this.#stop.signal,
    );
    this.#follow();
  }

  /** Takes a copy of the decisions from wherever it comes. */
  take(copy: Copy): void {
    if (copy.revision <= this.#known().revision) return;
    this.#copy = copy;
    for (const node of copy.removed) this.buried.add(node);
    this.membership?.setMembers(copy.members);
    this.#follow();
  }

  /** Tells what was decided, as the agent does. */
  #follow(): void {
    const { revision, removed } = this.#known();
    this.membership?.setDecisions({ generation: this.#world.mark.generation, revision });
    for (const node of removed) this.membership?.bury(tombstoneOf(node));
  }

  #known(): Copy {
    this.#copy ??= this.#world.decisions().first;
    return this.#copy;
  }

  #heardOf(node: NodeId, at: DecisionsAt): void {
    this.decisionsOfOthers.set(node, at);
    const copy = this.#world.decisions().at(at.revision);
    const passes = this.#network.passes(this.id, node) && this.#network.passes(node, this.id);
    if (copy !== undefined && passes && this.#world.apiAnswers()) this.take(copy);
  }

  /** Undefined once that life is over. */
  #lives(transport: SimTransport): Membership | undefined {
    return this.transport === transport ? this.membership : undefined;
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
    this.#copy = undefined;
    this.buried = new Set();
    this.#told = neverTold();
  }

  /** As the agent does where its machine gets another address. */
  async moveTo(address: string): Promise<void> {
    const { runs, serves } = this;
    this.stop('agent');
    this.serves = serves;
    this.address = address;
    if (runs) await this.start();
  }

  #ownFacts(): OwnFacts {
    return new OwnFacts(this.id, { ...smallHardware, address: this.address });
  }

  /** As the agent does once it is told that it lived later than now. */
  async #beginAnew(epoch: number): Promise<void> {
    const { serves, twin } = this;
    const nowMs = this.#network.clock.monotonicMs();
    const fights = isFight(this.#outlivedMs, nowMs);
    this.#outlivedMs = nowMs;
    this.stop('agent');
    this.serves = serves;
    if (fights)
      twin.take(
        await findRival({ config: { nodeId: this.id, address: this.address }, source: this.#source(), twin }),
      );
    if (twin.address() !== undefined) return;
    await raiseEpoch({ files: this.files, path: '/epoch.json' }, epoch);
    await this.#live(this.members);
  }

  /** What the agent asks around with. */
  #source(): FindTwinParts['source'] {
    const nodes = this.#world.decisions().first.members.map((_, index) => recordOf(index + 1));
    const known = decode(seedSnapshot({ cluster: this.#world.mark, nodes }));
    const ask = async ({ address }: { readonly address: string }): Promise<PeerAnswer> => {
      const heard = this.#world.heardAt(address, this.id);
      return { status: 200, body: JSON.stringify({ schemaVersion, heard } satisfies HeardReport) };
    };
    return { known: () => known, peers: { ask } };
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

  /** Somebody asks over a connection that vouches for `from`. */
  isAsked(from: NodeId, request: Uint8Array): void {
    this.transport?.handlers?.onRequest(from, request).catch(() => undefined);
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

function neverTold(): { life: Life } {
  return { life: { epoch: 0, incarnation: 0 } };
}
