import * as z from 'zod';

/** More rules than this on one site are one rule for the whole of it. */
const mostRules = 200;

/** `/` and what follows it: a host name and a path, or nothing, which is everything. */
const Rule = z.string().regex(/^\/[!-~]*$/, 'a purge rule is / and printable characters');

/**
 * A decision under `cache`: from which moment on copies count. A copy is stored under the version that stood when it was
 * asked for; a purge raises the version of what it concerns, and no older copy is ever found again. So nothing has to be
 * deleted anywhere, and what is being stored meanwhile is old too.
 */
export const PurgedDecision = z.strictObject({
  /** The version of the last purge, in milliseconds since 1970; never the same twice. */
  version: z.int().nonnegative(),
  /** What begins so has at least this version. A longer rule is younger than every shorter one that it begins with. */
  prefixes: z.record(Rule, z.int().positive()),
  /** Exactly this address, query included. */
  urls: z.record(Rule, z.int().positive()),
});
export type PurgedDecision = z.infer<typeof PurgedDecision>;

export const nothingPurged: PurgedDecision = { version: 0, prefixes: {}, urls: {} };

/** What is not to be answered from a copy any more. A host has no port; a path begins with `/`. */
export type Purge =
  | { readonly kind: 'all' }
  | { readonly kind: 'site'; readonly host: string }
  | { readonly kind: 'prefix' | 'url'; readonly host: string; readonly path: string };

/** The decision after one more purge. `nowMs` on the clock of whoever decides; the version never goes back. */
export function afterPurge(before: PurgedDecision, purge: Purge, nowMs: number): PurgedDecision {
  const version = Math.max(before.version + 1, nowMs);
  if (purge.kind === 'url') {
    const urls = { ...before.urls, [ruleOf(purge)]: version };
    return folded({ ...before, version, urls }, purge.host);
  }
  const rule = ruleOf(purge);
  return folded(
    {
      version,
      prefixes: { ...without(before.prefixes, rule), [rule]: version },
      urls: without(before.urls, rule),
    },
    purge.kind === 'all' ? '' : purge.host,
  );
}

function ruleOf(purge: Purge): string {
  if (purge.kind === 'all') return '/';
  return `/${purge.host.toLowerCase()}${purge.kind === 'site' ? '/' : purge.path}`;
}

/** Rules that the longer reach of a new one makes needless. */
function without(rules: Readonly<Record<string, number>>, prefix: string): Record<string, number> {
  return Object.fromEntries(Object.entries(rules).filter(([rule]) => !rule.startsWith(prefix)));
}

/** Too many rules become one: more than asked for is purged, and never less. */
function folded(decision: PurgedDecision, host: string): PurgedDecision {
  const count = Object.keys(decision.prefixes).length + Object.keys(decision.urls).length;
  if (count <= mostRules) return decision;
  const site = ruleOf({ kind: 'site', host });
  const ofSite = [...Object.keys(decision.prefixes), ...Object.keys(decision.urls)].filter((rule) =>
    rule.startsWith(site),
  );
  const rule = ofSite.length > 1 ? site : '/';
  const { version } = decision;
  return {
    version,
    prefixes: { ...without(decision.prefixes, rule), [rule]: version },
    urls: without(decision.urls, rule),
  };
}

/** What a balancer reports in `facts.applied` while it asks for no copy older than this version allows. */
export function purgedMark(version: number): string {
  return `purged:${version}`;
}

/** The version in what a balancer reports; none is below every other. */
export function purgedIn(applied = ''): number {
  const [, version] = /(?:^| )purged:(\d+)(?: |$)/.exec(applied) ?? [];
  return version === undefined ? -1 : Number(version);
}
