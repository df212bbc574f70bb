import { cpu, diskLayout, mem, system } from 'systeminformation';
import { Once } from './asked.ts';

/**
 * What we ask systeminformation. Its other calls are left alone for a reason: `fsSize` looks at every mount and waits
 * for a dead one, `osInfo` holds the whole agent up while it looks its own name up, and `networkInterfaces` costs 0.1 s
 * of CPU for the one number that stands in /sys.
 */
export interface Sources {
  /** Reads /proc/meminfo; follows memory that is plugged in. */
  readonly memory: () => Promise<{ readonly total: number }>;
  /** Runs lscpu. */
  readonly processor: Once<{ readonly brand: string }>;
  /** Reads the firmware's tables. */
  readonly machine: Once<{ readonly virtual?: boolean }>;
  /** Runs lsblk. */
  readonly disks: Once<readonly { readonly interfaceType: string; readonly type: string }[]>;
}

export function systemSources(): Sources {
  return {
    memory: () => mem(),
    processor: new Once(() => cpu()),
    machine: new Once(() => system()),
    disks: new Once(() => diskLayout()),
  };
}
