/** One ARP packet, asked for or not, whose sender says that the address is its own. */
export interface Claim {
  readonly atMs: number;
  readonly mac: string;
}

/** The time in which one machine alone claims the address. */
export interface Reign {
  readonly mac: string;
  readonly fromMs: number;
  readonly lastMs: number;
}

/** A machine claims again what another one has taken from it. */
export interface Overlap {
  readonly atMs: number;
  readonly former: string;
  readonly newer: string;
}

/** What a bridge is to hand over: every ARP packet with this sender address; a probe's is 0.0.0.0. */
export const claimFilter = (address: string): string => {
  const hex = address.split('.').map((part) => Number(part).toString(16).padStart(2, '0'));
  return `arp[14:4] = 0x${hex.join('')}`;
};

/** A line of `tcpdump -tt -e`: the seconds since 1970, and the sender's hardware address. */
export const claimIn = (line: string): Claim | undefined => {
  const found = /^(\d+\.\d+) ((?:[0-9a-f]{2}:){5}[0-9a-f]{2}) > /.exec(line);
  if (!found) return undefined;
  return { atMs: Number(found[1]) * 1000, mac: found[2] ?? '' };
};

/** The end of a burst that was on its way when the other one took over: five packets, sent within a millisecond. */
const IN_FLIGHT_MS = 20;

/**
 * keepalived says a second time that it is master after 5 s: by then a machine that has not noticed its loss is heard.
 * Nothing rightful comes back so soon: stories leave more time between two moves.
 */
const RECLAIM_MS = 6_000;

/**
 * Who had an address in turn, by what was claimed on the wire, and every claim of a machine that had just lost it: where
 * there is one, two machines took themselves for its master.
 */
export const mastersOf = (
  claims: readonly Claim[],
): { readonly reigns: readonly Reign[]; readonly overlaps: readonly Overlap[] } => {
  const reigns: Reign[] = [];
  const overlaps: Overlap[] = [];
  const lostAtMs = new Map<string, number>();
  for (const { atMs, mac } of claims.toSorted((one, other) => one.atMs - other.atMs)) {
    const present = reigns.at(-1);
    if (present?.mac === mac) {
      reigns[reigns.length - 1] = { ...present, lastMs: atMs };
      continue;
    }
    const lostForMs = atMs - (lostAtMs.get(mac) ?? Number.NEGATIVE_INFINITY);
    if (present && lostForMs < RECLAIM_MS) {
      if (lostForMs > IN_FLIGHT_MS) overlaps.push({ atMs, former: mac, newer: present.mac });
      continue;
    }
    if (present) lostAtMs.set(present.mac, atMs);
    reigns.push({ mac, fromMs: atMs, lastMs: atMs });
  }
  return { reigns, overlaps };
};
