import { asMusterError } from '../../roles/model/errors.ts';
import type { Details, Health } from '../../roles/model/facts.ts';
import type { RoleName } from '../../roles/model/node.ts';
import type { Clock, Random } from '../../roles/model/ports.ts';
import type { ServiceSpec } from '../../roles/model/service.ts';
import type { Step } from '../../roles/model/step.ts';
import { selfOf, type View } from '../../roles/model/view.ts';
import type { Role } from '../../roles/role.ts';
import { aborted } from './aborted.ts';
import type { ExecuteParts } from './execute.ts';
import type { Journal } from './journal.ts';
import { type Loop, startLoop } from './loop.ts';
import { RoleCycle } from './role-cycle.ts';
import { sentenceOf } from './sentences.ts';

/** Drift and crashes are seen within this time; a cycle costs a few milliseconds. */
const periodMs = 5_000;

/** A plan that changes something this often in a row does not converge; it is given a pause and not the machine. */
const mostRoundsInARow = 5;

export interface RoleLoopsParts {
  readonly roles: readonly Role[];
  readonly execute: ExecuteParts;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly random: Random;
  readonly signal: AbortSignal;
  /** The newest view; undefined while no decisions are known. */
  readonly view: () => View | undefined;
  /** Hears how a role fares after each of its cycles. */
  readonly onReport: (
    role: RoleName,
    health: Health,
    said?: { readonly applied: string; readonly details: Details },
  ) => void;
}

interface Running {
  readonly cycle: RoleCycle;
  readonly loop: Loop;
  readonly stop: AbortController;
}

/** The loops of the roles that this node carries: one each, none twice. */
export class RoleLoops {
  readonly #parts: RoleLoopsParts;
  readonly #running = new Map<RoleName, Running>();
  readonly #health = new Map<RoleName, Health['state']>();

  constructor(parts: RoleLoopsParts) {
    this.#parts = parts;
  }

  /**
   * Starts and stops loops as the view says and wakes those that go on. Call it with every new view. Returns the roles
   * that have one: those carried, and those whose services have yet to end here.
   */
  follow(view: View): readonly RoleName[] {
    const present = [...this.#carried(view), ...this.#leaving(view)];
    for (const [name, running] of this.#running) {
      if (present.some((role) => role.name === name)) {
        running.loop.wake();
      } else {
        running.stop.abort();
        this.#running.delete(name);
        this.#health.delete(name);
      }
    }
    for (const role of present) if (!this.#running.has(role.name)) this.#start(role);
    return present.map((role) => role.name);
  }

  /** What the loops would do now. */
  async dryRun(view: View): Promise<readonly { readonly role: RoleName; readonly step: Step }[]> {
    const plans = await Promise.all(
      [...this.#carried(view), ...this.#leaving(view)].map(async (role) => {
        const running = this.#running.get(role.name);
        const steps = (await running?.cycle.dryRun(view, view.settings[role.name])) ?? [];
        return steps.map((step) => ({ role: role.name, step }));
      }),
    );
    return plans.flat();
  }

  /** The services that the carried roles run. */
  services(view: View): readonly ServiceSpec[] {
    return this.#carried(view).flatMap((role) => role.services({ view, settings: view.settings[role.name] }));
  }

  /** Resolves when the signal has aborted and every loop has ended its run under way. */
  async ended(): Promise<void> {
    await aborted(this.#parts.signal);
    await Promise.all([...this.#running.values()].map((running) => running.loop.ended));
  }

  #carried(view: View): readonly Role[] {
    const assigned = new Set<RoleName>(['node', ...selfOf(view).roles]);
    return this.#parts.roles.filter((role) => assigned.has(role.name));
  }

  /** Roles that were taken away, as long as a service of theirs runs on: also over the agent's own restart. */
  #leaving(view: View): readonly Role[] {
    const carried = this.#carried(view);
    const { loaded } = this.#parts.execute.manifest.entries();
    return this.#parts.roles.filter((role) => {
      if (carried.includes(role)) return false;
      const services = role.services({ view, settings: view.settings[role.name] });
      return services.some(({ unit }) => loaded[unit] !== undefined);
    });
  }

  #start(role: Role): void {
    const { clock, random, journal } = this.#parts;
    const stop = new AbortController();
    const cycle = new RoleCycle(role, this.#parts.execute, journal, () => loop.wake());
    let rounds = 0;
    let told = '';
    const loop: Loop = startLoop({
      clock,
      random,
      periodMs,
      signal: AbortSignal.any([this.#parts.signal, stop.signal]),
      run: async () => {
        const changed = await this.#run(role, cycle);
        told = '';
        rounds = changed ? rounds + 1 : 0;
        return changed && rounds < mostRoundsInARow;
      },
      onError: async (thrown) => {
        const error = asMusterError(thrown);
        const sentence = sentenceOf(error);
        // Five seconds later it is the same, mostly.
        if (sentence !== told)
          await journal.tell({ kind: 'error', role: role.name, sentence, code: error.code });
        told = sentence;
      },
    });
    this.#running.set(role.name, { cycle, loop, stop });
  }

  async #run(role: Role, cycle: RoleCycle): Promise<boolean> {
    const view = this.#parts.view();
    if (view === undefined) return false;
    const report = await cycle.run(view, view.settings[role.name], (health) =>
      this.#parts.onReport(role.name, health),
    );
    if (report === undefined) return false;
    await this.#tellHealth(role.name, report.health);
    this.#parts.onReport(role.name, report.health, report);
    return report.changed;
  }

  /** A role that becomes ready, or stops being so, is worth a sentence. */
  async #tellHealth(role: RoleName, health: Health): Promise<void> {
    const before = this.#health.get(role);
    this.#health.set(role, health.state);
    if (before === health.state || health.state === 'starting') return;
    const kind = health.state === 'failing' ? 'error' : before === 'failing' ? 'healed' : 'info';
    await this.#parts.journal.tell({ kind, role, sentence: `${role} is ${health.state}: ${health.reason}` });
  }
}
