import { X509Certificate } from 'node:crypto';
import { paths } from '../roles/model/paths.ts';
import { openAuthority } from './admission/authority.ts';
import { pinOf } from './admission/pin.ts';
import { agentHandle } from './agent-handle.ts';
import type { TokenPlace } from './api/contract.ts';
import type { Decider } from './api/decider.ts';
import type { AgentHandle } from './api/handle.ts';
import { readCertificates } from './api-sockets.ts';
import { applicationHandle } from './applications/handle.ts';
import type { Tombstone } from './cluster/messages.ts';
import { readNetworkKey } from './gossip/network-key.ts';
import { payloadFiles } from './host/payload-files.ts';
import type { Parts } from './parts.ts';
import { examine } from './self/examine.ts';
import { createDecider } from './voter/decider.ts';

/** The API's hand on the parts of the agent. */
export function handleOf(parts: Parts): AgentHandle {
  const { host, source, facts, loops, view } = parts;
  const examineParts = {
    ...host,
    view,
    journal: parts.journal,
    facts: () => facts.current(),
    carried: () => {
      const now = view();
      return now === undefined ? [] : loops.services(now);
    },
    store: source.reach,
    certificatePath: paths.certificate,
  };
  return agentHandle({
    ...host,
    ...parts,
    examine: () => examine(examineParts),
    decider: () => deciderOf(parts),
    place: () => placeOf(parts),
    payload: payloadFiles(`${paths.payload}/current`),
    applications: applicationHandle({ ...host, store: parts.store, known: source.known }),
  });
}

/** Undefined where this node does not keep the decisions. */
function deciderOf(parts: Parts): Decider | undefined {
  const { host, source, facts, gossip } = parts;
  const { files, clock } = host;
  const decisions = source.store();
  if (decisions === undefined) return undefined;
  return createDecider({
    ...parts,
    decisions,
    files,
    clock,
    authority: () => openAuthority({ files, clock, known: source.known }),
    networkKey: () => readNetworkKey(files),
    release: () => facts.current().hardware.release,
    answers: host.answers,
    tellTombstone: (tombstone) => gossip.membership()?.tellTombstone(tombstone as Tombstone),
  });
}

/** By the certificate that the API shows now. */
async function placeOf({ host, config }: Parts): Promise<TokenPlace> {
  const { certificate } = await readCertificates(host.files);
  return { addresses: [config.address], pin: pinOf(new X509Certificate(certificate)) };
}
