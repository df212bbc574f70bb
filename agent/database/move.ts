import type { Change } from '../../coordinator/brain/change.ts';
import {
  beginMove,
  completeMove,
  giveUpMove,
  type MoveWish,
  noteClosed,
} from '../../coordinator/brain/database-move.ts';
import { decode } from '../../coordinator/store/codec.ts';
import type { DatabaseView, GtidPosition } from '../../roles/model/database.ts';
import { MusterError, messageOf } from '../../roles/model/errors.ts';
import { holdsAll } from '../../roles/model/gtid.ts';
import type { NodeId } from '../../roles/model/node.ts';
import type { Clock, Decisions, Snapshot } from '../../roles/model/ports.ts';
import type { View } from '../../roles/model/view.ts';
import type { DecisionSource } from '../decisions/source.ts';
import type { Journal } from '../reconcile/journal.ts';
import { lossOf, pauseOf } from './loss.ts';
import type { Servers } from './servers.ts';

export interface MoveParts {
  readonly clock: Clock;
  readonly journal: Pick<Journal, 'tell'>;
  readonly source: Pick<DecisionSource, 'store' | 'refresh' | 'snapshot'>;
  readonly view: () => View | undefined;
  readonly servers: Servers;
}

/** Users wait: a move that is not over by then is given up, and all stays as it was. */
const giveUpAfterMs = 10_000;

/** Between two looks at a server that is not there yet where it has to be. */
const pauseMs = 50;

/**
 * Moves the primary, one recorded state after another. Whoever was cut off in the middle has left the state in the
 * store; the next one goes on from there. Nobody writes in between, and where it is not sure who may, nobody does.
 */
export class Mover {
  readonly #parts: MoveParts;
  #driving: Promise<string> | undefined;

  constructor(parts: MoveParts) {
    this.#parts = parts;
  }

  /** Moves the primary; returns what was done. A dry run says what it would mean. Throws `not-allowed`. */
  async move(wish: MoveWish & { readonly dryRun: boolean }): Promise<string> {
    await this.#parts.source.refresh();
    const change = beginMove(this.#view(), this.#parts.source.snapshot(), wish);
    const sentence = `${change.sentences.join('; ')}: ${await this.#outlook(change, wish.lost)}`;
    if (wish.dryRun) return sentence;
    await this.#write(change);
    return this.resume();
  }

  /** Goes on with a move that is under way; does nothing where there is none. */
  resume(): Promise<string> {
    this.#driving ??= this.#drive().finally(() => {
      this.#driving = undefined;
    });
    return this.#driving;
  }

  async #drive(): Promise<string> {
    const { clock, source } = this.#parts;
    const giveUpMs = clock.monotonicMs() + giveUpAfterMs;
    let told = 'no move of the primary is under way';
    for (;;) {
      await source.refresh();
      const snapshot = source.snapshot();
      const { database } = decode(snapshot);
      if (database?.move === undefined) return told;
      const [change, trouble] = await this.#next(snapshot, database).then(
        (found) => [found, 'it did not come to its end in time'] as const,
        (error: unknown) => [undefined, messageOf(error)] as const,
      );
      if (change !== undefined) {
        told = change.sentences.join('; ');
        await this.#write(change);
      } else if (clock.monotonicMs() > giveUpMs) {
        const end = giveUpMove(this.#view(), snapshot, trouble);
        await this.#write(end);
        throw givenUp(end.sentences.join('; '), trouble);
      } else {
        await clock.sleep(pauseMs);
      }
    }
  }

  /** The next state, once a server is where that needs it; undefined while it is not. */
  async #next(snapshot: Snapshot, { primary, epoch, move }: DatabaseView): Promise<Change | undefined> {
    const { servers, clock } = this.#parts;
    if (move === undefined) return undefined;
    if (move.at !== undefined) {
      const target = await servers.turn(move.to, epoch);
      if (target.position === undefined || !holdsAll(target.position, move.at)) return undefined;
      return completeMove(this.#view(), snapshot, { now: clock.now(), at: move.at });
    }
    if (move.lost === true) {
      const reports = await servers.turnAll(epoch);
      const at = servers.mostOf(reports, move.to);
      return noteClosed(this.#view(), snapshot, at);
    }
    const former = await servers.turn(primary, epoch);
    if (former.readOnly !== true || former.position === undefined) return undefined;
    return this.#closed(snapshot, move.to, former.position);
  }

  /** The next one mostly has by now what the former wrote: then the move is over with one state less to wait for. */
  async #closed(snapshot: Snapshot, to: NodeId, at: GtidPosition): Promise<Change> {
    const { servers, clock } = this.#parts;
    const { position } = await servers.look(to);
    return position !== undefined && holdsAll(position, at)
      ? completeMove(this.#view(), snapshot, { now: clock.now(), at })
      : noteClosed(this.#view(), snapshot, at);
  }

  /** A state is in the store before anybody acts upon it; then all are told at once, and the one that opens waited for. */
  async #write({ transaction, sentences }: Change): Promise<void> {
    const { source, journal, servers } = this.#parts;
    const store: Decisions | undefined = source.store();
    if (store === undefined)
      throw givenUp('the primary was not moved', 'this node does not keep the decisions');
    const { committed, revision } = await store.transact(transaction);
    await source.refresh();
    // Somebody else was quicker: what is to be done next follows from what he wrote.
    if (!committed) return;
    await journal.tell({ kind: 'info', role: 'db', sentence: sentences.join('; ') });
    const { database } = decode(source.snapshot());
    if (database === undefined || database.move !== undefined) return;
    // With the primary, not after it: its first commit waits for a replica that is there to acknowledge it. Who does not
    // answer follows by its own cycle.
    void servers.turnAll(revision, database.primary);
    await servers.turn(database.primary, revision).catch(() => undefined);
  }

  /** What it would mean, as the servers are now. Throws `not-allowed` where they are not as they have to be. */
  async #outlook({ transaction }: Change, lost: boolean): Promise<string> {
    const { source, servers } = this.#parts;
    const database = decode(source.snapshot()).database;
    const wanted = Object.values(transaction.put ?? {})[0] ?? '{}';
    const { move } = JSON.parse(wanted) as { readonly move?: { readonly to: string } };
    if (database === undefined || move === undefined) return '';
    return (lost ? lossOf : pauseOf)(this.#view(), database, await servers.all(), move.to);
  }

  #view(): View {
    const view = this.#parts.view();
    if (view === undefined) throw givenUp('the primary was not moved', 'the agent has just started');
    return view;
  }
}

function givenUp(what: string, why: string): MusterError {
  return new MusterError('not-serving', { what, why, next: 'muster db status; then the same command again' });
}
