import { paths } from '../roles/model/paths.ts';
import type { View } from '../roles/model/view.ts';
import { roles } from '../roles/registry.ts';
import { agentHandle } from './agent-handle.ts';
import type { AgentHandle } from './api/handle.ts';
import { openApi, readCertificates } from './api-sockets.ts';
import { startBrain } from './brain-loop.ts';
import { OwnFacts } from './cluster/own-facts.ts';
import { type DecisionSource, openDecisions } from './decisions.ts';
import { examine } from './examine.ts';
import { type ProbeInput, probe } from './hardware/probe.ts';
import type { Host } from './host/index.ts';
import { type NodeConfig, requireNodeConfig } from './local/state.ts';
import { BackOff } from './reconcile/back-off.ts';
import { type Journal, openJournal } from './reconcile/journal.ts';
import { type Manifest, openManifest } from './reconcile/manifest.ts';
import { RoleLoops } from './reconcile/role-loops.ts';
import { viewSource } from './view-source.ts';
import { versions, watchSelf } from './watch-self.ts';

export interface AgentInput {
  readonly host: Host;
  readonly signal: AbortSignal;
  readonly version: string;
  readonly docs: (topic: string) => Promise<string | undefined>;
}

/** What an agent is made of. */
interface Parts extends AgentInput {
  readonly config: NodeConfig;
  readonly journal: Journal;
  readonly source: DecisionSource;
  readonly probeInput: ProbeInput;
  readonly facts: OwnFacts;
  readonly loops: RoleLoops;
  readonly manifest: Manifest;
  readonly view: () => View | undefined;
}

/**
 * Builds the parts, starts them in order, and ends them in reverse once the signal aborts. A part that fails ends all
 * others: an agent is whole or not there, and whoever keeps it running starts a new one.
 */
export async function runParts(input: AgentInput): Promise<void> {
  const failed = new AbortController();
  const signal = AbortSignal.any([input.signal, failed.signal]);
  const parts = await build({ ...input, signal });
  const { host, journal, source, config, facts, loops, view } = parts;
  const api = await openApi({ ...host, ...parts, handle: handleOf(parts), address: config.address });
  const follow = (): void => {
    const now = view();
    if (now === undefined) return;
    facts.keepRoles(loops.follow(now));
  };
  const work = [
    () => begin(parts, follow),
    () => host.services.watch(signal),
    () => source.run(signal),
    () => startBrain({ ...host, ...parts, self: config.nodeId }),
    () => watchSelf({ ...host, ...parts, api }),
    () => loops.ended(),
  ];
  const ends = await Promise.allSettled(work.map((start) => start().catch(endAll(failed))));
  await api.close();
  source.close();
  const trouble = ends.find((end) => end.status === 'rejected');
  if (trouble !== undefined) throw trouble.reason;
  await journal.tell({ kind: 'info', sentence: 'the agent has ended; its services run on' });
}

function endAll(all: AbortController): (error: unknown) => never {
  return (error) => {
    all.abort();
    throw error;
  };
}

/** The first sentence, what was left undone before, and then the loops. */
async function begin(parts: Parts, follow: () => void): Promise<void> {
  const { host, journal, source, facts, version } = parts;
  await journal.tell({ kind: 'info', sentence: `the agent of muster ${version} has started` });
  host.services.onEnded(({ sentence }) => void journal.tell({ kind: 'healed', sentence }));
  await tellUnfinished(parts);
  source.onChange(follow);
  facts.onChange(follow);
  follow();
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

async function build(input: AgentInput): Promise<Parts> {
  const { host, signal } = input;
  const { files, clock } = host;
  const config = await requireNodeConfig(files);
  const journal = await openJournal(files, clock, paths.journal);
  const source = await openDecisions({ files, clock, journal, certificates: () => readCertificates(files) });
  const probeInput = { ...host, signal, address: config.address, diskPath: paths.state };
  const facts = new OwnFacts(config.nodeId, await probe(probeInput));
  facts.setVersions(await versions(host.packages));
  const view = viewSource({
    config,
    source,
    facts,
    tell: (sentence) => void journal.tell({ kind: 'error', sentence }),
  });
  const manifest = await openManifest(files, paths.state);
  const loops = new RoleLoops({
    ...host,
    roles,
    execute: { ...host, manifest, backOff: new BackOff(clock) },
    journal,
    signal,
    view,
    onReport: (role, health, applied) => facts.setRole(role, health, applied),
  });
  return { ...input, config, manifest, journal, source, probeInput, facts, loops, view };
}

function handleOf(parts: Parts): AgentHandle {
  const { host, source, facts, loops, view } = parts;
  const carried = (): ReturnType<RoleLoops['services']> => {
    const now = view();
    return now === undefined ? [] : loops.services(now);
  };
  const examineParts = {
    ...host,
    journal: parts.journal,
    facts: () => facts.current(),
    carried,
    store: source.reach,
    certificatePath: paths.certificate,
  };
  return agentHandle({ ...host, ...source, ...parts, examine: () => examine(examineParts) });
}
