import { isDeepStrictEqual } from 'node:util';
import type { Details, Facts, Health } from '../../roles/model/facts.ts';
import type { Hardware } from '../../roles/model/hardware.ts';
import { type NodeId, type RoleName, roleNames } from '../../roles/model/node.ts';

/** Whoever looks at load wants to know who idles, who works and who has too much to do. */
const loadStep = 0.1;
/** Changes below these, and below a part of what was told, are not worth telling: each word goes through all nodes. */
const leastLoadChange = 0.2;
const leastLoadPart = 0.5;

/** What this node knows of itself: written by its probes and role cycles, read by everyone else. */
export class OwnFacts {
  #facts: Facts;
  readonly #listeners = new Set<() => void>();
  /** Words that come from a watch of their own, beside the cycle of the role. */
  readonly #watched = new Map<RoleName, Details>();

  /** `applied`: what runs here from a life of the agent before. */
  constructor(node: NodeId, hardware: Hardware, applied: Facts['applied'] = {}) {
    this.#facts = { node, sequence: 0, hardware, load: 0, health: {}, applied, versions: {} };
  }

  /**
   * Calls the listener after every change on which a plan may hang; load moves all the time, and none does. Returns the
   * way to stop that.
   */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  current(): Facts {
    return this.#facts;
  }

  setHardware(hardware: Hardware): void {
    this.#change({ hardware });
  }

  setVersions(versions: Facts['versions']): void {
    this.#change({ versions });
  }

  setLoad(load: number): void {
    const told = this.#facts.load;
    if (Math.abs(load - told) < Math.max(leastLoadChange, told * leastLoadPart)) return;
    const rounded = Math.round(load / loadStep) * loadStep;
    this.#change({ load: Math.round(rounded * 10) / 10 });
  }

  /** Without `said`, what was in force and told stays so. */
  setRole(role: RoleName, health: Health, said: { applied?: string; details?: Details } = {}): void {
    const { applied = this.#facts.applied[role] ?? '', details } = said;
    this.#change({
      health: { ...this.#facts.health, [role]: health },
      applied: { ...this.#facts.applied, [role]: applied },
      ...(details === undefined ? {} : this.#withDetails(role, details)),
    });
  }

  /** What is watched between the cycles of a role: told at once, and with everything the role tells from then on. */
  setWatched(role: RoleName, words: Details): void {
    this.#watched.set(role, words);
    this.#change(this.#withDetails(role, this.#facts.details?.[role] ?? {}));
  }

  /** Roles that have nothing to tell do not stand there. */
  #withDetails(role: RoleName, said: Details): Pick<Facts, 'details'> {
    const { [role]: _before, ...others } = this.#facts.details ?? {};
    const told = { ...said, ...this.#watched.get(role) };
    if (Object.keys(told).length > 0) return { details: { ...others, [role]: told } };
    return this.#facts.details === undefined ? {} : { details: others };
  }

  /** A role that was taken away leaves nothing behind. */
  keepRoles(roles: readonly RoleName[]): void {
    const kept = <Value>(all: Partial<Record<RoleName, Value>>): Partial<Record<RoleName, Value>> =>
      Object.fromEntries(Object.entries(all).filter(([role]) => roles.includes(role as RoleName)));
    this.#change({
      health: kept(this.#facts.health),
      applied: kept(this.#facts.applied),
      ...(this.#facts.details === undefined ? {} : { details: kept(this.#facts.details) }),
    });
  }

  #change(part: Partial<Facts>): void {
    const next = { ...this.#facts, ...part };
    if (isDeepStrictEqual(next, this.#facts)) return;
    const moved = !isDeepStrictEqual({ ...next, load: this.#facts.load }, this.#facts);
    this.#facts = { ...next, sequence: this.#facts.sequence + 1 };
    if (moved) for (const listener of this.#listeners) listener();
  }
}

/** Roles that do their work now. */
export function readyRoles(health: Facts['health']): readonly RoleName[] {
  return roleNames.filter((role) => health[role]?.state === 'ready');
}
