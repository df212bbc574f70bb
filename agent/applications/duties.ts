import { type Application, type Release, releaseOf } from '../../roles/model/application.ts';
import type { ApplicationState } from '../../roles/model/application-state.ts';
import type { NodeId } from '../../roles/model/node.ts';

/** What this node has to do for an application beside what the plan of its web server says. */
export type Duty =
  | { readonly kind: 'unpack'; readonly release: Release }
  | { readonly kind: 'command'; readonly release: Release; readonly attempt: number }
  | { readonly kind: 'cut-off'; readonly attempt: number }
  | { readonly kind: 'prove'; readonly release: Release; readonly attempt: number }
  | { readonly kind: 'watch'; readonly release: Release };

export interface DutyInput {
  readonly self: NodeId;
  readonly application: Application;
  /** Releases that lie whole on this node. */
  readonly unpacked: readonly string[];
  readonly state: ApplicationState;
  /** Whether a release command runs here now, in this life of the agent. */
  readonly running: boolean;
}

/** In the order in which they are done: what visitors get comes first. */
export function dutiesOf({ self, application, unpacked, state, running }: DutyInput): readonly Duty[] {
  const { next, releases, current } = application;
  const missing = releases.filter(({ id }) => !unpacked.includes(id));
  const urgent = missing
    .filter(({ id }) => id === current || id === next?.release)
    .sort((a, b) => Number(b.id === current) - Number(a.id === current));
  return [
    ...urgent.map(unpacking),
    ...onItsWay({ self, application, unpacked, state, running }),
    // Those that one may go back to; one that nobody has any more must hold nothing up.
    ...missing.filter((release) => !urgent.includes(release)).map(unpacking),
  ];
}

function unpacking(release: Release): Duty {
  return { kind: 'unpack', release };
}

function onItsWay({ self, application, unpacked, state, running }: DutyInput): readonly Duty[] {
  const { next } = application;
  const release = releaseOf(application, next?.release);
  if (next === undefined || release === undefined || !unpacked.includes(release.id)) return [];
  const duties: Duty[] = [];
  const { attempt, phase } = next;
  const known = state.result?.attempt === attempt ? state.result.kind : undefined;
  if (phase === 'command' && next.node === self && known === undefined && !running) {
    const begun = state.begun === attempt;
    duties.push(begun ? { kind: 'cut-off', attempt } : { kind: 'command', release, attempt });
  }
  if (phase === 'prove' && known !== 'proved' && known !== 'fault') {
    duties.push({ kind: 'prove', release, attempt });
  }
  if (phase === 'switch' || (phase === 'purge' && next.purged === undefined))
    duties.push({ kind: 'watch', release });
  return duties;
}
