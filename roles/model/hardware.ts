import * as z from 'zod';

/** How services are kept running on a machine: by systemd, or, where it is not PID 1, by the agent itself. */
export const Init = z.enum(['systemd', 'none']);
export type Init = z.infer<typeof Init>;

/** What a node can give, limits of its container or slice honoured. Only the node itself writes it. */
export const Hardware = z.strictObject({
  /** Usable cores; a fraction under a cgroup quota. */
  cores: z.number().positive(),
  /** Usable memory in MiB: the smaller of what the machine has and what its cgroup allows. */
  memoryMiB: z.int().positive(),
  /** True where a cgroup limit is below what the machine itself has. */
  limited: z.boolean(),
  cpuModel: z.string(),
  architecture: z.enum(['x86_64', 'aarch64']),
  /** The disk that holds /var/lib/muster. */
  disk: z.strictObject({
    kind: z.enum(['ssd', 'hdd', 'nvme', 'unknown']),
    sizeMiB: z.int().nonnegative(),
    freeMiB: z.int().nonnegative(),
  }),
  /** Mbit/s of the interface that carries the node's address; null where the driver does not tell. */
  networkMbit: z.number().positive().nullable(),
  /** The IPv4 address that the other nodes reach it by now. */
  address: z.ipv4(),
  /** Its IPv4 addresses, loopback apart; a shared address is among them while the node holds it. */
  interfaces: z.array(
    z.strictObject({ name: z.string().min(1), address: z.ipv4(), prefix: z.int().min(0).max(32) }),
  ),
  /** Files one process may have open, sockets included: the hard limit that services start with. */
  openFiles: z.int().positive(),
  virtual: z.boolean(),
  init: Init,
  /** What the kernel can do of NFS version 4, whether its modules are loaded or not. */
  nfs: z.strictObject({ serves: z.boolean(), mounts: z.boolean() }),
  release: z.strictObject({ id: z.string(), version: z.string(), name: z.string() }),
});
export type Hardware = z.infer<typeof Hardware>;
