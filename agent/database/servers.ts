import type { GtidPosition } from '../../roles/model/database.ts';
import { MusterError } from '../../roles/model/errors.ts';
import { holdsAll } from '../../roles/model/gtid.ts';
import type { NodeId } from '../../roles/model/node.ts';
import { carriersOf, type View } from '../../roles/model/view.ts';
import { schemaVersion } from '../api/contract.ts';
import { ServerReport, TurnRequest } from '../api/contract-server.ts';
import type { PeerApi, PeerRequest } from '../decisions/peer-api.ts';
import type { Hand } from './hand.ts';
import { hasOf } from './loss.ts';

export interface ServersParts {
  readonly self: NodeId;
  readonly view: () => View | undefined;
  readonly peers: Pick<PeerApi, 'ask'>;
  readonly hand: Pick<Hand, 'look' | 'turn'>;
}

/** A look is a few questions; a turn may wait for what was received to be applied. */
const lookMs = 5_000;
const turnMs = 20_000;

/** A machine without power answers nothing at all; it is asked all the same, since it may just be back. */
const awayMs = 1_000;

/** The database servers of all nodes, each asked through its own agent. */
export class Servers {
  readonly #parts: ServersParts;

  constructor(parts: ServersParts) {
    this.#parts = parts;
  }

  /** How every server fares, as it says itself; `silent` where nobody says. */
  all(): Promise<readonly ServerReport[]> {
    return this.#each((node) => this.look(node));
  }

  /** The same of one. Rejects where it does not answer. */
  look(node: NodeId): Promise<ServerReport> {
    return this.#ask(node, lookMs, { method: 'GET', path: '/v1/database' }, (hand) => hand.look());
  }

  /** Has one node do what follows from the word of an epoch. Rejects where it does not answer. */
  turn(node: NodeId, epoch: number): Promise<ServerReport> {
    const body = JSON.stringify(TurnRequest.parse({ epoch }));
    const asked = { method: 'POST' as const, path: '/v1/database/turn', body };
    return this.#ask(node, turnMs, asked, (hand) => hand.turn(epoch));
  }

  /** The same for every node that carries a database and is there; `but`: one that is not asked. */
  turnAll(epoch: number, but?: NodeId): Promise<readonly ServerReport[]> {
    return this.#each((node) => this.turn(node, epoch), but);
  }

  /** What a node has. Throws where it does not say, or another one has more. */
  mostOf(reports: readonly ServerReport[], node: NodeId): GtidPosition {
    const own = reports.find((report) => report.node === node && report.serves !== 'silent');
    if (own === undefined) throw new Error('the one that is to take over does not answer');
    if (reports.some((other) => !holdsAll(hasOf(own), hasOf(other))))
      throw new Error('another replica has more');
    return hasOf(own);
  }

  #each(ask: (node: NodeId) => Promise<ServerReport>, but?: NodeId): Promise<readonly ServerReport[]> {
    const view = this.#parts.view();
    const carriers = view === undefined ? [] : carriersOf(view, 'db').map(({ record }) => record.id);
    const nodes = carriers.filter((id) => id !== but);
    return Promise.all(nodes.map((node) => ask(node).catch((error: unknown) => silent(node, error))));
  }

  async #ask(
    node: NodeId,
    deadlineMs: number,
    asked: PeerRequest,
    own: (hand: ServersParts['hand']) => Promise<ServerReport>,
  ): Promise<ServerReport> {
    const { self, hand, peers, view } = this.#parts;
    if (node === self) return own(hand);
    const place = view()?.nodes.find(({ record, verdict }) => record.id === node && verdict !== 'left');
    if (place === undefined) throw new Error('it is no node of this cluster');
    const { name } = place.record;
    const away = place.verdict === 'unreachable' || place.verdict === 'dead';
    const patienceMs = away ? Math.min(deadlineMs, awayMs) : deadlineMs;
    const { status, body } = await peers.ask(place.record, { deadlineMs: patienceMs, ...asked });
    if (status === 200) return ServerReport.parse(JSON.parse(body));
    throw new Error(`${name} answers ${status}`);
  }
}

function silent(node: NodeId, error: unknown): ServerReport {
  const why = error instanceof MusterError ? error.why : String(error);
  return { schemaVersion, node, serves: 'silent', why };
}
