import { memoryOf } from '../model/memory.ts';
import { carriersOf, type NodeView, type View } from '../model/view.ts';
import { type DbSettings, mostConnections } from './settings.ts';

/** mariadbd itself, its connections and sorts take as much beside the pages; measured at rest 100 MiB. */
const ownShare = 0.3;

/** Less than this and InnoDB reads the same pages again and again. */
const leastMiB = 48;

/** The server rounds to pieces of this size; a wish in whole pieces reads back as it was set. */
const pieceMiB = 16;

/** Memory for InnoDB's pages, MiB; it changes as roles come and go, and the server takes it over while it runs. */
export function bufferPoolMiB(node: NodeView): number {
  const wanted = memoryOf(node, 'db') * (1 - ownShare);
  return Math.max(leastMiB, Math.floor(wanted / pieceMiB) * pieceMiB);
}

/** Threads by which a replica applies what it receives: it keeps up with a primary that has many clients. */
export function applyThreads(node: NodeView): number {
  return Math.max(2, Math.min(8, Math.ceil(node.facts?.hardware.cores ?? 1) * 2));
}

/** As many as a small cluster may ever use; one that is not used costs nothing. */
const fewestConnections = 300;

/** A PHP worker may hold one for writes and one for reads, and where there is one server, both there. */
const perWorker = 2;

/** For shells, backups, replicas and the checks of every web node. */
const spareConnections = 100;

/** The number changes in whole pieces, not with every node that joins. */
const connectionsPiece = 100;

/** Connections of a server: nobody's page may fail because others are being served. */
export function connectionsOf(view: View, settings: DbSettings): number {
  if (settings.connections !== 'auto') return settings.connections;
  const counts = carriersOf(view, 'web').map(({ facts }) => Number(facts?.details?.web?.['workers'] ?? 0));
  const wanted = counts.reduce((sum, count) => sum + count * perWorker, spareConnections);
  const whole = Math.ceil(wanted / connectionsPiece) * connectionsPiece;
  return Math.min(mostConnections, Math.max(fewestConnections, whole));
}
