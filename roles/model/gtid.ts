import type { GtidPosition } from './database.ts';

/** The sequence number per domain; of one domain named twice, the higher one. */
function sequencesOf(position: GtidPosition): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const one of position.split(',')) {
    const [domain, , sequence] = one.split('-');
    if (domain === undefined || sequence === undefined) continue;
    found.set(domain, Math.max(found.get(domain) ?? 0, Number(sequence)));
  }
  return found;
}

/** Whether a position holds everything that another one does. All servers of a cluster write one line of numbers. */
export function holdsAll(position: GtidPosition, other: GtidPosition): boolean {
  const own = sequencesOf(position);
  return [...sequencesOf(other)].every(([domain, sequence]) => (own.get(domain) ?? 0) >= sequence);
}
