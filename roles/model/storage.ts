import * as z from 'zod';
import { NodeId } from './identifiers.ts';
import { nodeHostname } from './node.ts';
import { paths } from './paths.ts';

/** How the common file system is kept. */
const StorageDriver = z.enum(['local', 'nfs', 'gluster', 'external']);

/** A decision under `storage`: where the common files are kept, and who sees to it. */
export const StorageDecision = z.strictObject({
  driver: StorageDriver,
  /**
   * Whose disk the files are on (`local`, `nfs`); with `gluster` the one node that gives the commands which concern
   * the whole volume. Absent for `external`: nobody here keeps the files.
   */
  keeper: NodeId.exactOptional(),
  /** With `gluster`: the nodes that hold the volume, in its own order: one, or groups of three copies. */
  bricks: z.array(NodeId),
  /** Since when, ISO 8601. */
  since: z.iso.datetime(),
});
export type StorageDecision = z.infer<typeof StorageDecision>;

/** The same as a view has it, with the revision of its last change. */
export interface StorageView extends StorageDecision {
  readonly epoch: number;
}

/** The nodes on whose disks the files are. */
export function holdersOf({ driver, keeper, bricks }: StorageDecision): readonly NodeId[] {
  if (driver === 'gluster') return bricks;
  return keeper === undefined || driver === 'external' ? [] : [keeper];
}

/** Copies of every file, once there are nodes for them. Two would be no majority when they disagree. */
export const copies = 3;

/** The one volume of a cluster. */
export const volumeName = 'muster';

/** Where the files themselves lie on a storage node: the whole of them, whatever the driver, or this node's part. */
export const filesPath = `${paths.storage}/files`;

/** A part of the volume as GlusterFS writes it. */
export function brickOf(id: NodeId): string {
  return filesOn(id);
}

/** What the others mount where the keeper serves the files by NFS. */
export function nfsSourceOf(keeper: NodeId): string {
  return filesOn(keeper);
}

/** By name: the address may change. */
function filesOn(id: NodeId): string {
  return `${nodeHostname(id)}:${filesPath}`;
}
