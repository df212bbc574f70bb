import type { Details } from '../../../roles/model/facts.ts';
import type { Hardware } from '../../../roles/model/hardware.ts';
import type { ServiceSpec, ServiceState } from '../../../roles/model/service.ts';

/** All that doctor looks at, already read off the machine. */
export interface Examination {
  readonly hardware: Hardware;
  readonly services: readonly {
    readonly service: Pick<ServiceSpec, 'label' | 'startedBy'>;
    readonly state: ServiceState;
  }[];
  /** What the web role says of this node in its facts; undefined where it is not carried. */
  readonly web?: Details;
  /** Undefined where no database is carried. */
  readonly database?: DatabaseDisk;
  /** Undefined where no common files are kept. */
  readonly files?: FilesDisk;
  /** Undefined where nothing on the machine can tell. */
  readonly clockSynchronised: boolean | undefined;
  /** Days until the node's own certificate ends; negative when it has. */
  readonly certificateDaysLeft: number;
  readonly store: { readonly writable: boolean; readonly sentence: string };
  /** Files of ours that another hand changed within the last hour. */
  readonly driftsLastHour: number;
  /** Names that the machine had to resolve, and what came of it. */
  readonly dns: readonly { readonly name: string; readonly error?: string }[];
}

/** The file system that data lie on. */
export interface DataDisk {
  /** The directory of the data. */
  readonly path: string;
  /** Undefined where the kernel does not tell. */
  readonly mount?: Mount;
  readonly freeMiB: number;
  readonly sizeMiB: number;
}

interface Mount {
  readonly point: string;
  /** The file system, as in `xfs`. */
  readonly type: string;
  /** The block device as `major:minor`. */
  readonly device: string;
  readonly options: readonly string[];
}

export interface DatabaseDisk extends DataDisk {
  readonly mirror: Mirror;
  readonly swap: Swap;
  /** Milliseconds that each of some small writes took to be kept, or why there was none; undefined without directory. */
  readonly syncs: { readonly timesMs: readonly number[] } | { readonly error: string } | undefined;
}

export interface FilesDisk extends DataDisk {
  /** Whether GlusterFS keeps them, or will. */
  readonly gluster: boolean;
}

/** Whether data outlive one broken disk. A controller, or whoever runs a virtual machine, may mirror unseen. */
export type Mirror =
  | { readonly state: 'unknown' }
  | {
      readonly state: 'whole' | 'lacking' | 'none';
      /** The array as the kernel calls it, as in `md0`. */
      readonly array: string;
      readonly level: string;
    };

export interface Swap {
  /** How readily the kernel swaps, 0 to 200; undefined where it does not tell. */
  readonly swappiness?: number;
  readonly devices: readonly string[];
}
