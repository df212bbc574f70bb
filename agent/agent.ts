import type { View } from '../roles/model/view.ts';
import { openApi } from './api-sockets.ts';
import { runCron } from './applications/cron-clock.ts';
import { Keeper } from './applications/keeper.ts';
import { build } from './build.ts';
import { runOrders } from './certificates/orders-loop.ts';
import { startBeat } from './database/beat.ts';
import { freeStuckWrites } from './database/stuck-writes.ts';
import { handleOf } from './handle-of.ts';
import { askOutside } from './host/outside.ts';
import { systemSql } from './host/sql.ts';
import type { AgentInput, Parts } from './parts.ts';
import { aborted } from './reconcile/aborted.ts';
import { keepSecrets } from './secrets/keep.ts';
import { watchAddress } from './self/own-address.ts';
import { findTwin, toldToKeepStill } from './self/twin.ts';
import { watchSelf } from './self/watch-self.ts';
import { followView } from './view/follow-view.ts';
import { startBrain } from './voter/brain-loop.ts';
import { keepAuthority } from './voter/keep-authority.ts';

/**
 * Builds the parts, starts them in order, and ends them in reverse once the signal aborts. A part that fails ends all
 * others: an agent is whole or not there, and whoever keeps it running starts a new one.
 */
export async function runParts(input: AgentInput): Promise<void> {
  const failed = new AbortController();
  const signal = AbortSignal.any([input.signal, failed.signal]);
  const parts = await build({ ...input, signal });
  const { host, journal, source, config, gossip, loops } = parts;
  if (parts.twin.address() === undefined) parts.twin.take(await findTwin(parts));
  if (parts.twin.address() !== undefined) return keepStill(parts);
  const api = await openApi({ ...host, ...parts, handle: handleOf(parts), address: config.address });
  const keeping = { ...host, ...parts, peers: source.peers, onChange: () => wakeLoops(parts) };
  const keeper = new Keeper(keeping);
  const work = [
    () => begin(parts),
    () => host.services.watch(signal),
    () => source.run(signal),
    () => gossip.run(signal),
    () =>
      startBrain({
        ...host,
        ...parts,
        self: config.nodeId,
        onFacts: (listener) => gossip.onView(listener),
        membership: () => gossip.membership(),
        goOn: () => parts.mover.resume(),
        keepSecrets: async (decisions) => {
          await keepAuthority(host.files, decisions, source);
          await keepSecrets({ files: host.files, decisions }, source.snapshot());
        },
      }),
    () => runOrders({ ...host, ...parts, self: config.nodeId, ask: askOutside }),
    () => watchSelf({ ...host, ...parts, api }),
    () => watchAddress({ ...host, config, signal, shared: parts.shared, onGone: () => wakeLoops(parts) }),
    () => keeper.run((listener) => source.onChange(listener)),
    () => runCron(keeping),
    () => loops.ended(),
    () =>
      startBeat({
        ...host,
        signal,
        sql: systemSql,
        view: parts.view,
        onStuck: () => freeStuckWrites({ ...parts, sql: systemSql }),
        onLag: (words) => parts.facts.setWatched('db', words),
      }).ended,
  ];
  const closed = aborted(signal).then(() => api.close());
  const ends = await Promise.allSettled(work.map((start) => start().catch(endAll(failed))));
  await closed;
  source.close();
  const trouble = ends.find((end) => end.status === 'rejected');
  if (trouble !== undefined) throw trouble.reason;
  await journal.tell({ kind: 'info', sentence: 'the agent has ended; its services run on' });
}

/** Another machine lives under this one's identity: it carries nothing, speaks to nobody, and says so to who asks here. */
async function keepStill(parts: Parts): Promise<void> {
  const { host, journal, signal, loops, twin, config } = parts;
  const api = await openApi({ ...host, ...parts, handle: handleOf(parts), address: config.address });
  await begin(parts);
  await journal.tell({ kind: 'error', role: 'node', sentence: toldToKeepStill(twin.address() ?? '') });
  await Promise.all([host.services.watch(signal), loops.ended()]);
  await api.close();
  parts.source.close();
}

function endAll(all: AbortController): (error: unknown) => never {
  return (error) => {
    all.abort();
    throw error;
  };
}

/** The first sentence, what was left undone before, and then the loops. */
async function begin(parts: Parts): Promise<void> {
  const { host, journal, version } = parts;
  await journal.tell({ kind: 'info', sentence: `the agent of muster ${version} has started` });
  host.services.onEnded(({ sentence }) => void journal.tell({ kind: 'healed', sentence }));
  await tellUnfinished(parts);
  const { facts, loops, signal, view } = parts;
  const wake = (now: View): void => facts.keepRoles(loops.follow(now));
  const follow = followView({ clock: host.clock, signal, view, wake });
  const turnWay = (): void => void parts.way.follow();
  parts.source.onChange(turnWay);
  parts.facts.onChange(turnWay);
  parts.gossip.onView(turnWay);
  parts.source.onChange(follow);
  parts.facts.onChange(follow);
  parts.gossip.onView(follow);
  parts.removed.onRemoved(follow);
  follow();
}

/** Has the roles look at the machine now. */
function wakeLoops({ view, loops }: Parts): void {
  const now = view();
  if (now !== undefined) loops.follow(now);
}

/**
 * An installation that a former agent did not live to see the end of: what came is written down, and services may be
 * started again.
 */
async function tellUnfinished({ host, manifest, journal }: Parts): Promise<void> {
  const came = await host.packages.install([], (names) => manifest.recordPackages(names));
  if (came.length === 0) return;
  const sentence = `an installation that was cut off has ended: ${came.join(', ')}`;
  await journal.tell({ kind: 'info', sentence });
}
