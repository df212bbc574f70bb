import type { Assignment } from '../../roles/model/assignment.ts';

export type RoleToPlace = Assignment['roles'][number];

/** Why a node carries a role: in short, for the event, and as `muster why` tells it. */
export interface Reason {
  readonly short: string;
  readonly why: string;
}
