import type { Release } from '../../roles/model/application.ts';
import { applicationWords } from '../../roles/model/application-facts.ts';
import { MusterError, messageOf } from '../../roles/model/errors.ts';
import type { NodeView, View } from '../../roles/model/view.ts';
import type { PeerApi } from '../decisions/peer-api.ts';
import type { ReleaseStore } from './store.ts';

/** Who may have the archive: the node that took it first, then those that have unpacked it, then all others. */
function holdersOf(view: View, name: string, release: Release): readonly NodeView[] {
  const rank = (node: NodeView): number => {
    if (applicationWords(node, name).has.includes(release.id)) return 0;
    return node.record.id === release.from ? 1 : 2;
  };
  return view.nodes
    .filter(({ record, verdict }) => record.id !== view.self && verdict !== 'dead' && verdict !== 'left')
    .filter(({ verdict }) => verdict !== 'unreachable')
    .toSorted((a, b) => rank(a) - rank(b));
}

/** Fetches an archive from the first node that gives it. Throws `peer-unreachable` where none does. */
export async function fetchArchive(
  peers: Pick<PeerApi, 'open'>,
  store: Pick<ReleaseStore, 'fetch'>,
  view: View,
  {
    name,
    release,
    signal,
  }: { readonly name: string; readonly release: Release; readonly signal: AbortSignal },
): Promise<void> {
  const reasons: string[] = [];
  for (const { record } of holdersOf(view, name, release)) {
    try {
      const path = `/v1/apps/${name}/archives/${release.sha256}`;
      const { status, stream } = await peers.open(record, path, signal);
      if (status === 200) return await store.fetch(name, release, stream);
      stream.destroy();
      reasons.push(`${record.name} answers ${String(status)}`);
    } catch (error) {
      reasons.push(`${record.name}: ${messageOf(error)}`);
    }
  }
  throw new MusterError('peer-unreachable', {
    what: `no node gives ${release.id} of ${name}`,
    why: reasons.join('; ') || 'there is no other node',
    next: `muster app show ${name}; if no node has it any more: muster app deploy ${name} PATH`,
  });
}
