import { afterPurge, nothingPurged, type Purge, type PurgedDecision } from '../../roles/model/cache.ts';
import type { Snapshot } from '../../roles/model/ports.ts';
import { decode } from '../store/codec.ts';
import { cacheKey } from '../store/keys.ts';
import type { Change } from './change.ts';

/** Everything of these hosts at once, for a change that makes all of it old. */
export function sitePurges(
  snapshot: Snapshot,
  hosts: readonly string[],
  nowMs: number,
): Pick<Change, 'transaction'> & { readonly version: number } {
  const before = decode(snapshot).cache ?? nothingPurged;
  return written(
    snapshot,
    hosts.reduce((decision, host) => afterPurge(decision, { kind: 'site', host }, nowMs), before),
  );
}

/** A purge, ready to be written, and the version that balancers have to know of for it to be done (purging.ts). */
export function purgeChange(
  snapshot: Snapshot,
  purge: Purge,
  nowMs: number,
): Change & { readonly version: number } {
  const decision = afterPurge(decode(snapshot).cache ?? nothingPurged, purge, nowMs);
  return {
    ...written(snapshot, decision),
    sentences: [`${wordsFor(purge)} counts as old from now on`],
  };
}

function written(
  snapshot: Snapshot,
  decision: PurgedDecision,
): Pick<Change, 'transaction'> & { readonly version: number } {
  const conditions = [{ key: cacheKey, modRevision: snapshot.entries[cacheKey]?.modRevision ?? 0 }];
  const put = { [cacheKey]: JSON.stringify(decision) };
  return { transaction: { conditions, put }, version: decision.version };
}

function wordsFor(purge: Purge): string {
  switch (purge.kind) {
    case 'all':
      return 'everything that is cached';
    case 'site':
      return `everything of ${purge.host} that is cached`;
    case 'prefix':
      return `everything that is cached under ${purge.host}${purge.path}`;
    case 'url':
      return `what is cached of ${purge.host}${purge.path}`;
  }
}
