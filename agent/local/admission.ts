import { saveSnapshot } from '../../coordinator/store/snapshot-file.ts';
import { MusterError } from '../../roles/model/errors.ts';
import type { Hardware } from '../../roles/model/hardware.ts';
import { paths } from '../../roles/model/paths.ts';
import type { Files } from '../../roles/model/ports.ts';
import type { Token } from '../../roles/model/token.ts';
import { requireGoodAnswer } from '../admission/join-answer.ts';
import { joinRequest } from '../admission/join-request.ts';
import { type JoinAnswer, type JoinRequest, JoinReview } from '../admission/request.ts';
import { reportedError } from '../api/contract.ts';
import { writeNetworkKey } from '../gossip/network-key.ts';
import { newCertificateKey } from '../host/certificates.ts';
import { chooseAddress } from './address.ts';
import { jsonOf } from './ask-agent.ts';
import type { AskCluster, ClusterAnswer } from './ask-cluster.ts';
import { createIdentity } from './identity.ts';
import type { LocalParts } from './parts.ts';
import { nameFrom } from './settle-config.ts';
import { type Identity, readIdentity, writeIdentity, writeNodeConfig } from './state.ts';

/** What joining is made from: this machine, and a way to the cluster. */
export interface JoinParts extends LocalParts {
  readonly cluster: AskCluster;
  readonly hardware: () => Promise<Pick<Hardware, 'release' | 'architecture'>>;
}

/** What this machine asks with; all of it in memory only. */
export interface Asking {
  readonly token: Token;
  readonly identity: Identity;
  readonly certificateKeyPem: string;
  readonly request: JoinRequest;
}

/** Its keys, those of a run that was cut or new ones, and the request that they sign. */
export async function asking(
  parts: JoinParts,
  wishes: { readonly name?: string; readonly address?: string },
  token: Token,
): Promise<Asking> {
  const { files, commands, hostname } = parts;
  const identity = (await readIdentity(files)) ?? createIdentity();
  const certificateKeyPem = (await files.read(paths.certificateKey)) ?? (await newCertificateKey());
  const request = joinRequest({
    token,
    identity,
    certificateKeyPem,
    name: wishes.name ?? nameFrom(hostname),
    address: await chooseAddress(commands, wishes.address),
    hardware: await parts.hardware(),
  });
  return { token, identity, certificateKeyPem, request };
}

/** Whether the cluster would let this machine in; nothing is changed here or there. Throws its refusal. */
export async function review({ cluster }: JoinParts, { token, request }: Asking): Promise<JoinReview> {
  const answer = await cluster(token, '/v1/join?dry-run=1', request);
  const found = JoinReview.safeParse(bodyOf(answer));
  if (found.success) return found.data;
  throw notUnderstood(answer);
}

/** Asks for admission and writes down what makes this machine a node. Keys come first: an answer may get lost. */
export async function admission({ cluster, files }: JoinParts, asked: Asking): Promise<string> {
  const { token, identity, certificateKeyPem, request } = asked;
  await files.makeDirectory(paths.pki, { mode: 0o700 });
  await writeIdentity(files, identity);
  await files.write(paths.certificateKey, certificateKeyPem, { mode: 0o600 });
  const said = await cluster(token, '/v1/join', request);
  const answer = requireGoodAnswer({ ...said, token, request, answer: bodyOf(said) });
  await writeNode(files, token, answer);
  const { name, id, address } = answer.record;
  return [`${name} (${id}) at ${address}`, ...answer.notes].join('; ');
}

/** node.json last: where it is, everything else is. */
async function writeNode(files: Files, { clusterId }: Token, answer: JoinAnswer): Promise<void> {
  const { id: nodeId, name, address } = answer.record;
  await files.write(paths.authority, answer.caPem, { mode: 0o644 });
  await files.write(paths.certificate, answer.certificatePem, { mode: 0o644 });
  await writeNetworkKey(files, answer.networkKey);
  await saveSnapshot(files, paths.decisions, answer.snapshot);
  await files.remove(paths.tombstone);
  await writeNodeConfig(files, { clusterId, nodeId, name, address });
}

/** The answer as JSON. Throws what the cluster says where it refuses. */
function bodyOf(answer: ClusterAnswer): unknown {
  const found = jsonOf(answer.body);
  if (answer.status === 200 && found !== undefined) return found;
  throw reportedError(answer.body) ?? notUnderstood(answer);
}

function notUnderstood({ status, address }: ClusterAnswer): MusterError {
  return new MusterError('node-refused', {
    what: `what answers at ${address} is not understood: status ${status}`,
    why: 'another version of muster, or another program, answers there',
    next: 'muster status, on the node that made the token',
  });
}
