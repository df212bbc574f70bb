import type { DatabaseView, GtidPosition } from '../model/database.ts';
import type { View } from '../model/view.ts';

/** What the decisions want of this node's database now. */
export type Duty =
  /** No primary was chosen yet: there is nothing to serve. */
  | { readonly kind: 'wait' }
  | { readonly kind: 'primary'; readonly database: DatabaseView }
  /** It is the primary, and is being replaced: nobody may write any more. */
  | { readonly kind: 'close'; readonly database: DatabaseView }
  /** It becomes the primary once it has all that the former one had. */
  | { readonly kind: 'catch-up'; readonly database: DatabaseView; readonly at: GtidPosition }
  /** The primary is lost: nobody takes a word from it any more, whatever it says when it comes back. */
  | { readonly kind: 'let-go'; readonly database: DatabaseView }
  | { readonly kind: 'replica'; readonly database: DatabaseView };

/** Exactly one node has the duty `primary`, or, while it is being moved, none. */
export function dutyOf({ self, database }: Pick<View, 'self' | 'database'>): Duty {
  if (database === undefined) return { kind: 'wait' };
  const { primary, move } = database;
  if (primary === self) return { kind: move === undefined ? 'primary' : 'close', database };
  if (move?.to === self && move.at !== undefined) return { kind: 'catch-up', database, at: move.at };
  return { kind: move?.lost === true ? 'let-go' : 'replica', database };
}
