import { decode } from '../../coordinator/store/codec.ts';
import { loadSnapshot } from '../../coordinator/store/snapshot-file.ts';
import { MusterError } from '../../roles/model/errors.ts';
import { paths } from '../../roles/model/paths.ts';
import type { Files } from '../../roles/model/ports.ts';
import { voterRecords } from '../../roles/node/standing.ts';
import type { StatusReport } from '../api/contract.ts';
import { newestEvent } from './agent-answers.ts';
import { awaitJoined } from './await-joined.ts';
import { keepEarlierConfiguration } from './earlier.ts';
import { installPackages, joinersPackages, neededPackages } from './packages.ts';
import type { LocalParts } from './parts.ts';
import { agentStep, installedVersion, openState } from './setting-up.ts';
import { type NodeConfig, readNodeConfig } from './state.ts';
import { Steps } from './steps.ts';

/** A node among others, as its own disk tells. */
export interface Membership {
  readonly config: NodeConfig;
  readonly voter: boolean;
  /** The names of the other nodes. */
  readonly others: readonly string[];
}

const ownSteps = 4;

/** Undefined for a machine that is no node, the only one of its cluster, or removed from it. */
export async function membershipOf(files: Files): Promise<Membership | undefined> {
  const config = await readNodeConfig(files);
  const snapshot = await loadSnapshot(files, paths.decisions);
  const removed = (await files.inspect(paths.tombstone)) !== undefined;
  if (config === undefined || snapshot === undefined || removed) return undefined;
  const { nodes } = decode(snapshot);
  const others = nodes.filter(({ id }) => id !== config.nodeId).map(({ name }) => name);
  if (others.length === 0) return undefined;
  return { config, others, voter: voterRecords(nodes).some(({ id }) => id === config.nodeId) };
}

/**
 * What is no member any more does not become a cluster of its own by another `init`: it would be a stranger to those
 * who know it. That is a node that was removed, and one that joined others and does not know them any more. Throws
 * `node-refused`, `state-unreadable`; nothing is written before.
 */
export async function refuseFormerMember(files: Files): Promise<void> {
  const there = async (path: string): Promise<boolean> => (await files.inspect(path)) !== undefined;
  if (!(await there(paths.nodeConfig))) return;
  if (await there(paths.tombstone)) {
    throw new MusterError('node-refused', {
      what: 'this machine was removed from its cluster',
      why: `${paths.tombstone} says so`,
      next: 'muster uninstall, then ./install.sh again; or join again, with a new line of muster token create',
    });
  }
  // The key of the authority stays with the first; who has joined has the certificate alone.
  const joined = (await there(paths.authority)) && !(await there(paths.authorityKey));
  if (!joined || (await there(paths.decisions))) return;
  throw new MusterError('state-unreadable', {
    what: `${paths.decisions} is missing`,
    why: 'this node joined others, and without it does not know who they are',
    next: 'put it back from a backup (muster docs operations); or muster uninstall, and join anew',
  });
}

/** Makes whole what is missing of a node among others, and keeps all that makes it this node. */
export async function repair(parts: LocalParts, { voter }: Membership): Promise<StatusReport> {
  const manifest = await openState(parts);
  const steps = new Steps(parts.talk, parts.clock, { before: parts.stepsBefore, own: ownSteps });
  const version = await installedVersion(parts.files);
  const seenEvents = await newestEvent(parts.files);
  await steps.run('packages', async () => {
    await keepEarlierConfiguration(parts);
    const names = voter ? neededPackages() : joinersPackages();
    const fresh = await installPackages(parts.packages, manifest, names);
    return fresh.length === 0 ? 'all there' : `${fresh.length} came new`;
  });
  await steps.run('identity and certificates', async () => {
    await requireWhole(parts.files, voter);
    return 'as they were';
  });
  await steps.run("muster's agent", () => agentStep(parts, manifest, version));
  let status: StatusReport | undefined;
  await steps.run('it takes its place', async () => {
    status = await awaitJoined(parts, version, seenEvents);
    return 'the others hear it, and its roles are ready';
  });
  if (status === undefined) throw new Error('a step that has ended left no status');
  return status;
}

/** What others know this node by is not made anew: they would not know it again. */
async function requireWhole(files: Files, voter: boolean): Promise<void> {
  const needed = [
    paths.identity,
    paths.authority,
    paths.certificate,
    paths.certificateKey,
    paths.networkKey,
    ...(voter ? [paths.authorityKey] : []),
  ];
  for (const path of needed) {
    if ((await files.inspect(path)) !== undefined) continue;
    throw new MusterError('state-unreadable', {
      what: `${path} is missing`,
      why: 'this node is one of several, who would not know it again with another one',
      next: 'put it back from a backup (muster docs operations); or muster uninstall, and join anew',
    });
  }
}
