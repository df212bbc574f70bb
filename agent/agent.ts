import type { Facts } from '../roles/model/facts.ts';
import { paths } from '../roles/model/paths.ts';
import { selfOf, type View } from '../roles/model/view.ts';
import { roles, Settings } from '../roles/registry.ts';
import { agentHandle } from './agent-handle.ts';
import { openApi, readCertificates } from './api-sockets.ts';
import { startBrain } from './brain-loop.ts';
import { OwnFacts } from './cluster/own-facts.ts';
import { makeView } from './cluster/view.ts';
import { openDecisions } from './decisions.ts';
import { examine } from './examine.ts';
import { probe } from './hardware/probe.ts';
import type { Host } from './host/index.ts';
import { pkiPaths } from './local/pki.ts';
import { requireNodeConfig } from './local/state.ts';
import { BackOff } from './reconcile/back-off.ts';
import { openJournal } from './reconcile/journal.ts';
import { openManifest } from './reconcile/manifest.ts';
import { RoleLoops } from './reconcile/role-loops.ts';
import { watchSelf } from './watch-self.ts';

export interface AgentInput {
  readonly host: Host;
  readonly signal: AbortSignal;
  readonly version: string;
  readonly docs: (topic: string) => Promise<string | undefined>;
}

/** Builds the parts, starts them in order, and ends them in reverse once the signal aborts. */
export async function runParts({ host, signal, version, docs }: AgentInput): Promise<void> {
  const { files, clock, random } = host;
  const config = await requireNodeConfig(files);
  const manifest = await openManifest(files, paths.state);
  const journal = await openJournal(files, clock, paths.journal);
  const source = await openDecisions({ files, clock, journal, certificates: await readCertificates(files) });

  const probeInput = { files, init: host.init, address: config.address, diskPath: paths.state };
  const facts = new OwnFacts(config.nodeId, await probe(probeInput), (now) => onFacts(now));

  const view = (): View | undefined => {
    const known = source.known();
    if (known === undefined) return undefined;
    const settings = Settings.safeParse(known.settings ?? {});
    return makeView({
      self: config.nodeId,
      cluster: {
        id: config.clusterId,
        generation: known.cluster?.generation ?? 1,
        name: settings.data?.cluster.name ?? '',
      },
      revision: known.revision,
      settings: settings.data ?? Settings.parse({}),
      nodes: known.nodes,
      assignments: known.assignments,
      facts: { [config.nodeId]: facts.current() },
      verdicts: {},
    });
  };

  const loops = new RoleLoops({
    roles,
    execute: { ...host, manifest, backOff: new BackOff(clock) },
    journal,
    clock,
    random,
    signal,
    view,
    onReport: (role, health, applied) => facts.setRole(role, health, applied),
  });
  const follow = (): void => {
    const now = view();
    if (now === undefined) return;
    facts.keepRoles(['node', ...selfOf(now).roles]);
    loops.follow(now);
  };
  // Load moves all the time and no plan hangs on it.
  let served = '';
  function onFacts({ health, hardware, versions }: Facts): void {
    const next = JSON.stringify([health, hardware, versions]);
    if (next !== served) follow();
    served = next;
  }

  const handle = agentHandle({
    version,
    files,
    journal,
    loops,
    decisions: source.decisions,
    known: source.known,
    view,
    reach: source.reach,
    refresh: source.refresh,
    examine: () =>
      examine({
        ...host,
        journal,
        facts: () => facts.current(),
        carried: () => {
          const now = view();
          return now === undefined ? [] : loops.services(now);
        },
        store: source.reach,
        certificatePath: pkiPaths.certificate,
      }),
  });

  const api = await openApi({ files, handle, docs, address: config.address, journal });
  await journal.tell({ kind: 'info', sentence: `the agent of muster ${version} has started` });
  source.onChange(follow);
  const background = [
    host.services.watch(signal),
    source.run(signal),
    startBrain({ ...host, signal, journal, source, view, self: config.nodeId }),
    watchSelf({ ...host, signal, journal, facts, probeInput, api, config }),
  ];
  follow();

  await Promise.all([...background, loops.ended()]);
  await api.close();
  await journal.tell({ kind: 'info', sentence: 'the agent has ended; its services run on' });
}
