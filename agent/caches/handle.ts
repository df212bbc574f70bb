import { nothingPurged } from '../../roles/model/cache.ts';
import { MusterError } from '../../roles/model/errors.ts';
import type { Questions } from '../../roles/model/ports.ts';
import { notPurgedYet } from '../../roles/model/purging.ts';
import { carriersOf, type NodeView, type View } from '../../roles/model/view.ts';
import { schemaVersion } from '../api/contract.ts';
import { CacheNodeReport, type CachesReport } from '../api/contract-cache.ts';
import type { CachesHandle } from '../api/handle.ts';
import type { PeerApi } from '../decisions/peer-api.ts';
import { ownCaches } from './own.ts';

export interface CachesParts {
  readonly questions: Questions;
  readonly peers: Pick<PeerApi, 'ask'>;
}

/** Longer than the slowest of a node's own questions (roles/cache/counters.ts). */
const deadlineMs = 10_000;

/** A node's word, or why there is none. */
type Heard =
  | { readonly node: NodeView; readonly report: CacheNodeReport }
  | { readonly node: NodeView; readonly why: string };

/** The API's hand on the caches of all nodes, each asked through its own agent. */
export function cachesHandle({ questions, peers }: CachesParts): CachesHandle {
  const ask = async (view: View, { record }: NodeView): Promise<CacheNodeReport> => {
    if (record.id === view.self) return ownCaches(questions, view);
    const { status, body } = await peers.ask(record, { method: 'GET', path: '/v1/cache/node', deadlineMs });
    if (status === 200) return CacheNodeReport.parse(JSON.parse(body));
    throw new Error(`its agent answers ${String(status)}`);
  };
  return {
    own: (view) => ownCaches(questions, view),
    all: async (view) => {
      const nodes = view.nodes.filter(({ roles, verdict }) => concerned(roles) && verdict !== 'left');
      const heard = await Promise.all(
        nodes.map((node) =>
          ask(view, node).then(
            (report): Heard => ({ node, report }),
            (error: unknown): Heard => ({
              node,
              why: error instanceof MusterError ? error.why : String(error),
            }),
          ),
        ),
      );
      return cachesReport(view, heard);
    },
  };
}

function concerned(roles: NodeView['roles']): boolean {
  return roles.includes('cache') || roles.includes('balancer');
}

function cachesReport(view: View, heard: readonly Heard[]): CachesReport {
  const purge = purgeOf(view);
  return {
    schemaVersion,
    ...(purge === undefined ? {} : { purge }),
    caches: carriersOf(view, 'cache').map(({ record: { name, address, id, ordinal } }) => ({
      name,
      address,
      answers: answersOf(heard, ordinal),
      cache: cacheOf(heard.find(({ node }) => node.record.id === id)),
    })),
    missing: heard.flatMap(missingOf),
  };
}

function cacheOf(heard: Heard | undefined): CachesReport['caches'][number]['cache'] {
  if (heard === undefined) return { troubles: ['it was not asked'] };
  if ('why' in heard) return { troubles: [heard.why] };
  return heard.report.cache ?? { troubles: ['its agent does not carry the role yet'] };
}

/** What all balancers have counted of one cache. */
function answersOf(heard: readonly Heard[], ordinal: number): Record<string, number> {
  const sum: Record<string, number> = {};
  for (const one of heard) {
    const words =
      'report' in one ? one.report.answers?.find((of) => of.ordinal === ordinal)?.words : undefined;
    for (const [word, count] of Object.entries(words ?? {})) sum[word] = (sum[word] ?? 0) + count;
  }
  return sum;
}

function missingOf(heard: Heard): string[] {
  const { record, roles } = heard.node;
  if (!roles.includes('balancer')) return [];
  if ('why' in heard) return [`${record.name}: ${heard.why}`];
  return heard.report.answers === undefined ? [`${record.name}: its HAProxy does not answer`] : [];
}

function purgeOf(view: View): CachesReport['purge'] {
  const { version } = view.cache ?? nothingPurged;
  if (version === 0) return undefined;
  const waiting = notPurgedYet(view, version).map(({ record }) => record.name);
  return { at: new Date(version).toISOString(), waiting };
}
