import { MusterError, messageOf } from '../../roles/model/errors.ts';
import type { NodeId } from '../../roles/model/node.ts';
import { paths } from '../../roles/model/paths.ts';
import type { Clock, Files, Random } from '../../roles/model/ports.ts';
import { authorityKeyOf } from '../admission/keys.ts';
import { tombstoneLaw } from '../admission/tombstone-law.ts';
import type { Against } from '../admission/verify.ts';
import { beginEpoch, raiseEpoch } from '../cluster/life.ts';
import { startMembership } from '../cluster/membership.ts';
import type { Membership } from '../cluster/membership-parts.ts';
import type { Tombstone } from '../cluster/messages.ts';
import type { OwnFacts } from '../cluster/own-facts.ts';
import { PeerBook } from '../cluster/peer-book.ts';
import { signerOf } from '../cluster/signing.ts';
import type { DecisionSource } from '../decisions/source.ts';
import { type NodeConfig, readIdentity } from '../local/state.ts';
import type { Journal } from '../reconcile/journal.ts';
import { isFight, twinLives } from '../self/twin.ts';
import { burials } from './burials.ts';
import { type KeyedMember, verifiedMembers } from './members.ts';
import { readNetworkKey } from './network-key.ts';
import { sealedTransport } from './sealed-transport.ts';

export interface GossipParts {
  readonly files: Files;
  readonly clock: Clock;
  readonly random: Random;
  readonly journal: Journal;
  readonly config: NodeConfig;
  readonly source: DecisionSource;
  readonly facts: OwnFacts;
  readonly askServices: (node: NodeId) => Promise<boolean>;
  /** This node itself was removed. */
  readonly onRemoved: (tombstone: Tombstone) => void;
  /** Where another machine lives under this one's identity, if this one is to keep still for it. */
  readonly findRival: () => Promise<string | undefined>;
}

/** An address that comes late (DHCP) or a port that is taken is tried again this often. */
const retryMs = 5_000;

/** What this node knows of the others: nothing, until it listens. */
export class Gossip {
  readonly #parts: GossipParts;
  #membership: Membership | undefined;
  #told = '';
  /** When the others last said that this node has lived later than this. */
  #outlivedMs: number | undefined;
  readonly #listeners = new Set<() => void>();

  constructor(parts: GossipParts) {
    this.#parts = parts;
  }

  membership(): Membership | undefined {
    return this.#membership;
  }

  /** Calls the listener whenever facts or verdicts may have changed. */
  onView(listener: () => void): void {
    this.#listeners.add(listener);
  }

  #viewChanged(): void {
    for (const listener of this.#listeners) listener();
  }

  /**
   * Joins the others as soon as it is known who they are; goes on until the signal aborts. Throws `twin-lives` where this
   * machine is to keep still.
   */
  async run(signal: AbortSignal): Promise<void> {
    const { clock } = this.#parts;
    await this.#decisionsKnown(signal);
    while (!signal.aborted) {
      const rival = await this.#live(signal).catch(async (error: unknown) => {
        await this.#tell(error);
        await clock.sleep(retryMs, signal);
      });
      if (typeof rival === 'string') throw twinLives(rival);
    }
  }

  /**
   * One life among the others: until the signal aborts, or they say that this node has lived later than that. The address
   * of another machine of this identity, if this one is to keep still.
   */
  async #live(signal: AbortSignal): Promise<string | undefined> {
    const over = new AbortController();
    const until = AbortSignal.any([signal, over.signal]);
    const { promise: outlived, resolve } = Promise.withResolvers<number | undefined>();
    until.addEventListener('abort', () => resolve(undefined), { once: true });
    const membership = await this.#start(until, resolve);
    this.#membership = membership;
    const epoch = await outlived;
    over.abort();
    await membership.ended;
    if (epoch === undefined) return undefined;
    const { files, journal, clock, findRival } = this.#parts;
    const nowMs = clock.monotonicMs();
    const rival = isFight(this.#outlivedMs, nowMs) ? await findRival() : undefined;
    this.#outlivedMs = nowMs;
    if (rival !== undefined) return rival;
    const sentence = `gossip: the others have heard this node in a later life than this, ${String(epoch)}: its disk or its clock was put back; it begins anew`;
    await journal.tell({ kind: 'error', sentence });
    await raiseEpoch({ files, path: paths.epoch }, epoch);
    return undefined;
  }

  async #decisionsKnown(signal: AbortSignal): Promise<void> {
    const { source } = this.#parts;
    const known = Promise.withResolvers<void>();
    const look = (): void => {
      if (signal.aborted || source.known()?.cluster !== undefined) known.resolve();
    };
    const stop = source.onChange(look);
    signal.addEventListener('abort', look);
    look();
    await known.promise;
    signal.removeEventListener('abort', look);
    stop();
  }

  async #start(signal: AbortSignal, onOutlived: (epoch: number) => void): Promise<Membership> {
    const { files, clock, random, config, source, facts, journal } = this.#parts;
    const identity = await readIdentity(files);
    const caPem = await files.read(paths.authority);
    if (identity === undefined || caPem === undefined) throw noKeys();
    const onError = (error: unknown): void => void this.#tell(error);
    const book = new PeerBook({ files, path: paths.peers, onError });
    await book.load();
    const cluster = { id: config.clusterId, generation: source.known()?.cluster?.generation ?? 1 };
    const self = config.nodeId;
    const epoch = await beginEpoch({ files, clock, path: paths.epoch, onError });
    const { transport, seals } = await sealedTransport({
      cluster,
      self,
      epoch,
      keys: identity,
      book,
      address: config.address,
      networkKey: await readNetworkKey(files),
      onDeaf: onError,
    });
    const authority = authorityKeyOf(caPem);
    const members = memberList({ authority, cluster }, source, journal);
    const admit = (): readonly KeyedMember[] => {
      const all = members();
      seals.setPeers(all);
      return all;
    };
    const membership = await startMembership(
      {
        ...this.#parts,
        transport,
        clock,
        random,
        book,
        self,
        cluster,
        epoch,
        sign: signerOf(identity.privateKeyPem),
        tombstones: tombstoneLaw(
          { authority, cluster },
          (node) => source.known()?.nodes.find(({ id }) => id === node)?.admission?.record,
        ),
        ownFacts: facts,
        onView: () => this.#viewChanged(),
        onDecisionsAt: (node, { revision }) => source.heardOf(node, revision),
        onTombstone: (node, tombstone) => this.#buried(node, tombstone),
        onOutlived,
      },
      admit(),
      signal,
    );
    const bury = burials(membership);
    const follow = (): void => {
      membership.setMembers(admit());
      const known = source.known();
      if (known === undefined) return;
      membership.setDecisions({ generation: cluster.generation, revision: known.revision });
      bury(known);
    };
    const stop = source.onChange(follow);
    signal.addEventListener('abort', stop, { once: true });
    follow();
    return membership;
  }

  #buried(node: NodeId, tombstone: Tombstone): void {
    const { config, source, onRemoved } = this.#parts;
    if (node === config.nodeId) onRemoved(tombstone);
    else void source.refresh();
  }

  async #tell(error: unknown): Promise<void> {
    const why = error instanceof MusterError ? `: ${error.why}` : '';
    const sentence = `gossip: ${messageOf(error)}${why}`;
    if (sentence !== this.#told) await this.#parts.journal.tell({ kind: 'error', sentence });
    this.#told = sentence;
  }
}

/** The members as the decisions have them now; who is not listened to is told once. */
function memberList(
  against: Omit<Against, 'tombstones'>,
  source: DecisionSource,
  journal: Journal,
): () => readonly KeyedMember[] {
  const told = new Set<string>();
  return () => {
    const known = source.known();
    if (known === undefined) return [];
    const { members, refused } = verifiedMembers(known, { ...against, tombstones: known.tombstones });
    for (const sentence of refused.filter((one) => !told.has(one))) {
      told.add(sentence);
      void journal.tell({ kind: 'error', sentence });
    }
    return members;
  };
}

function noKeys(): MusterError {
  return new MusterError('state-unreadable', {
    what: `this node's keys are not all in ${paths.state}`,
    why: `${paths.identity} or ${paths.authority} is missing`,
    next: './install.sh, again: it makes whole what is missing',
  });
}
