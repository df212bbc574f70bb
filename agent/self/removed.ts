import { type AdmissionRecord, SignedTombstone } from '../../roles/model/admission.ts';
import type { NodeId } from '../../roles/model/node.ts';
import { paths } from '../../roles/model/paths.ts';
import type { Files } from '../../roles/model/ports.ts';
import { authorityKeyOf } from '../admission/keys.ts';
import { tombstoneLaw } from '../admission/tombstone-law.ts';
import type { PeerPlace } from '../decisions/peer-api.ts';
import type { DecisionSource } from '../decisions/source.ts';
import { jsonOf } from '../local/ask-agent.ts';
import type { NodeConfig } from '../local/state.ts';
import type { Journal } from '../reconcile/journal.ts';

export interface RemovedParts {
  readonly files: Files;
  readonly journal: Journal;
  readonly config: NodeConfig;
  readonly source: () => DecisionSource | undefined;
}

/**
 * Whether this node itself was removed. Only the authority's own signature counts, whoever brings it: then the node
 * ends what it carries, and stays ended over restarts.
 */
export class Removed {
  readonly #parts: RemovedParts;
  #removed = false;
  #asking = false;
  readonly #listeners = new Set<() => void>();

  constructor(parts: RemovedParts) {
    this.#parts = parts;
  }

  is(): boolean {
    return this.#removed;
  }

  /** Calls the listener once it is known. */
  onRemoved(listener: () => void): void {
    this.#listeners.add(listener);
  }

  /** Takes up what was known before. A damaged file is as good as none: the others will say it again. */
  async load(): Promise<void> {
    const text = await this.#parts.files.read(paths.tombstone);
    if (text !== undefined) await this.take(jsonOf(text));
  }

  /** A tombstone came from somewhere. */
  async take(tombstone: unknown): Promise<void> {
    const { files, journal, config, source } = this.#parts;
    const caPem = await files.read(paths.authority);
    if (this.#removed || caPem === undefined) return;
    const generation = source()?.known()?.cluster?.generation ?? 1;
    const cluster = { id: config.clusterId, generation };
    const own = (node: NodeId): AdmissionRecord | undefined =>
      source()
        ?.known()
        ?.nodes.find(({ id }) => id === node)?.admission?.record;
    const law = tombstoneLaw({ authority: authorityKeyOf(caPem), cluster }, own);
    if (law.verify(tombstone) !== config.nodeId || !law.ends(tombstone, config.nodeId)) return;
    this.#removed = true;
    const { at } = SignedTombstone.parse(tombstone).tombstone;
    await files.write(paths.tombstone, `${JSON.stringify(tombstone)}\n`, { mode: 0o600 });
    const sentence = `this machine was removed from the cluster at ${at}: it ends what it carries; next: muster uninstall`;
    await journal.tell({ kind: 'error', role: 'node', sentence });
    for (const listener of this.#listeners) listener();
  }

  /** A node says that this one is no member: it is asked for the proof. */
  async refusedBy(peer: PeerPlace): Promise<void> {
    const source = this.#parts.source();
    if (this.#removed || this.#asking || source === undefined) return;
    this.#asking = true;
    try {
      const path = `/v1/tombstones/${this.#parts.config.nodeId}`;
      const { status, body } = await source.peers.ask(peer, { method: 'GET', path });
      if (status === 200) await this.take(JSON.parse(body) as unknown);
    } catch {
      // It is asked again with the next refusal.
    } finally {
      this.#asking = false;
    }
  }
}
