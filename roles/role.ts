import type * as z from 'zod';
import type { Details, Health } from './model/facts.ts';
import type { RoleName } from './model/node.ts';
import type { Observed, Wants } from './model/observed.ts';
import type { ServiceSpec } from './model/service.ts';
import type { Step } from './model/step.ts';
import type { View } from './model/view.ts';

/** All that a role decides from. Settings are the role's own section, parsed. */
export interface RoleInput<Settings> {
  readonly view: View;
  readonly settings: Settings;
  readonly observed: Observed;
}

/**
 * The contract every role fills: pure functions of data, no I/O, clock, randomness or environment. The agent
 * observes what `wants` names, carries out what `plan` says, and reports `health`.
 */
export interface Role<Settings = unknown> {
  readonly name: RoleName;
  /** One sentence for people. */
  readonly summary: string;
  /** Debian packages that it needs. */
  readonly packages: readonly string[];
  readonly settings: z.ZodType<Settings>;
  /** The units of all services that it may run, whatever the settings. */
  readonly units: readonly string[];
  /** TCP ports it binds on this machine, for preflight. */
  readonly ports: readonly number[];
  /** Services it runs, in the order they start. */
  services(input: Omit<RoleInput<Settings>, 'observed'>): readonly ServiceSpec[];
  wants(input: Omit<RoleInput<Settings>, 'observed'>): Wants;
  /** The steps from what is to what shall be; none when all is well. */
  plan(input: RoleInput<Settings>): readonly Step[];
  /**
   * The steps by which a node that no longer carries the role ends it, in order and without costing a request; called
   * until its services have ended. Without it they are ended at once.
   */
  leave?(input: RoleInput<Settings>): readonly Step[];
  /** How the role fares, judged from what was observed over the real path. */
  health(input: RoleInput<Settings>): Health;
  /** What the plans of other nodes have to know of the role on this one, for `facts.details`. */
  details?(input: RoleInput<Settings>): Details;
  /** The revision of what is in force, for `facts.applied`. */
  applied(input: RoleInput<Settings>): string;
}
