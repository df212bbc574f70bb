import { unknownRevision } from '../roles/model/applied.ts';
import type { Facts } from '../roles/model/facts.ts';
import type { NodeId } from '../roles/model/node.ts';
import { paths } from '../roles/model/paths.ts';
import { voterRecords } from '../roles/node/standing.ts';
import { roles } from '../roles/registry.ts';
import { readCertificates } from './api-sockets.ts';
import { ReleaseStore } from './applications/store.ts';
import { OwnFacts } from './cluster/own-facts.ts';
import { takeClone } from './database/clone.ts';
import { Gate } from './database/gate.ts';
import { Hand } from './database/hand.ts';
import { Mover } from './database/move.ts';
import { Servers } from './database/servers.ts';
import { Way } from './database/way.ts';
import { openStore } from './decisions/own-store.ts';
import { PeerApi } from './decisions/peer-api.ts';
import { type DecisionSource, openDecisions } from './decisions/source.ts';
import { servicesAnswer } from './gossip/ask-services.ts';
import { Gossip } from './gossip/gossip.ts';
import { probe } from './hardware/probe.ts';
import * as disk from './host/backup.ts';
import { systemSql } from './host/sql.ts';
import { requireNodeConfig } from './local/state.ts';
import type { AgentInput, Parts } from './parts.ts';
import { BackOff } from './reconcile/back-off.ts';
import { openJournal } from './reconcile/journal.ts';
import { type Manifest, openManifest } from './reconcile/manifest.ts';
import { RoleLoops } from './reconcile/role-loops.ts';
import { sealedSecrets } from './secrets/open.ts';
import { settledAddress, sharedAddresses } from './self/own-address.ts';
import { Removed } from './self/removed.ts';
import { findRival } from './self/twin.ts';
import { versions } from './self/watch-self.ts';
import { calmMs } from './view/follow-view.ts';
import { viewSource } from './view/view-source.ts';

/** Reads what is on disk and makes the parts from it; nothing runs yet. */
export async function build(input: AgentInput): Promise<Parts> {
  const { host, signal, twin } = input;
  const { files, clock, questions } = host;
  const journal = await openJournal(files, clock, paths.journal);
  const written = await requireNodeConfig(files);
  const addressOf = (node: NodeId): string | undefined => gossip.membership()?.address(node);
  const removed = new Removed({ files, journal, config: written, source: () => source });
  const source: DecisionSource = await openDecisions({
    files,
    clock,
    journal,
    self: written.nodeId,
    certificates: () => readCertificates(files),
    ways: (certificates) => ({ own: openStore(certificates), peers: new PeerApi(certificates, addressOf) }),
    votersOf: voterRecords,
    onRefused: (peer) => void removed.refusedBy(peer),
  });
  await removed.load();
  const shared = (): readonly string[] => sharedAddresses(source.known()?.settings);
  const config = await settledAddress({ ...host, shared }, written);
  const probeInput = { ...host, signal, address: config.address, diskPath: paths.state };
  const manifest = await openManifest(files, paths.state);
  const facts = new OwnFacts(config.nodeId, await probe(probeInput), runningRoles(manifest));
  facts.setVersions(await versions(host.packages));
  const gossip: Gossip = new Gossip({
    ...host,
    journal,
    config,
    source,
    facts,
    askServices: (node) => servicesAnswer(questions, view(), node),
    onRemoved: (tombstone) => void removed.take(tombstone),
    findRival: async () => {
      twin.take(await findRival({ config, source, twin }));
      return twin.address();
    },
  });
  const view = viewSource({
    config,
    source,
    facts,
    membership: () => gossip.membership(),
    removed: () => removed.is(),
    twin: () => twin.address(),
    tell: (sentence) => void journal.tell({ kind: 'error', sentence }),
  });
  const secrets = sealedSecrets(files, source.known);
  const store = new ReleaseStore({ ...host });
  const gate = new Gate({ sql: systemSql, clock, epoch: () => source.known()?.database?.epoch ?? 0 });
  const way = new Way({ questions, database: gate, journal, view });
  const cloneParts = {
    disk,
    ...host,
    journal,
    signal,
    clusterId: config.clusterId,
    placeOf: (node: NodeId) => source.known()?.nodes.find(({ id }) => id === node),
    api: async () => {
      const certificates = await readCertificates(files);
      return new PeerApi(() => certificates, addressOf);
    },
  };
  const loops = new RoleLoops({
    ...host,
    roles,
    execute: {
      ...host,
      manifest,
      backOff: new BackOff(clock),
      secrets,
      database: gate,
      turnWay: () => way.turn(),
      clone: (step) => takeClone(cloneParts, step),
      signal,
    },
    journal,
    signal,
    view,
    onReport: (role, health, said) => facts.setRole(role, health, said),
  });
  const wake = async (): Promise<void> => {
    await clock.sleep(calmMs, signal);
    const now = view();
    if (now !== undefined && !signal.aborted) facts.keepRoles(loops.follow(now));
  };
  const hand = new Hand({ files, questions, gate, source, view, wake: () => void wake() });
  const servers = new Servers({ self: config.nodeId, view, peers: source.peers, hand });
  const mover = new Mover({ clock, journal, source, view, servers });
  const made = {
    config,
    manifest,
    journal,
    source,
    probeInput,
    facts,
    gossip,
    removed,
    loops,
    view,
    shared,
  };
  return { ...input, ...made, store, secrets, hand, servers, mover, way };
}

/** Nobody may take a node for empty whose agent has just begun: its services run on. */
function runningRoles(manifest: Manifest): Facts['applied'] {
  const units = new Set(Object.keys(manifest.entries().loaded));
  const running = roles.filter(({ units: own }) => own.some((unit) => units.has(unit)));
  return Object.fromEntries(running.map(({ name }) => [name, unknownRevision]));
}
