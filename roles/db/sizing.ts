import { memoryOf } from '../model/memory.ts';
import type { NodeView } from '../model/view.ts';

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
