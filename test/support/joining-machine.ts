import { admit, wouldAdmit } from '../../agent/admission/admit.ts';
import { JoinRequest } from '../../agent/admission/request.ts';
import { errorReport } from '../../agent/api/answer.ts';
import type { NodeStatus, StatusReport } from '../../agent/api/contract.ts';
import { issueCertificate, publicKeyPin } from '../../agent/host/certificates.ts';
import type { JoinParts } from '../../agent/local/admission.ts';
import type { AskCluster } from '../../agent/local/ask-cluster.ts';
import { asMusterError } from '../../roles/model/errors.ts';
import { encodeToken } from '../../roles/model/token.ts';
import type { AdmittingCluster } from './admitting-cluster.ts';
import { type FakeMachine, fakeMachine, healthyStatus } from './fake-machine.ts';
import { sampleHardware } from './sample-views.ts';

/** A bare machine with a way to a cluster that admits it. */
export interface JoiningMachine extends FakeMachine, Pick<JoinParts, 'cluster' | 'hardware'> {
  /** What the cluster was asked, in order. */
  readonly asked: string[];
  /** The keys that it was asked with. */
  readonly keys: Set<string>;
  /** What the first node shows. */
  readonly serverPem: string;
  /** The text of a token that the first node has made. */
  token(uses?: number): Promise<string>;
}

export async function joiningMachine(cluster: AdmittingCluster): Promise<JoiningMachine> {
  const machine = fakeMachine();
  const order = {
    nodeId: cluster.first.id,
    names: ['b1'],
    addresses: ['10.0.0.1'],
    now: cluster.clock.now(),
  };
  const { certificatePem: serverPem } = await issueCertificate(cluster.ca, order);
  const asked: string[] = [];
  const keys = new Set<string>();
  machine.agent.status = joinedStatus();
  machine.files.put('/opt/muster/current/VERSION', '1.0-test\n');
  const ask: AskCluster = async (_, path, body) => {
    asked.push(path);
    const request = JoinRequest.parse(JSON.parse(JSON.stringify(body)));
    keys.add([request.gossipKey, request.datagramKey, request.certificateKeyPem].join());
    return { ...(await answerOf(cluster, path, request)), address: '10.0.0.1', serverPem };
  };
  return {
    ...machine,
    asked,
    keys,
    serverPem,
    cluster: ask,
    hardware: async () => sampleHardware,
    token: async (uses = 10) => encodeToken(await cluster.token({ pin: publicKeyPin(serverPem), uses })),
  };
}

async function answerOf(
  cluster: AdmittingCluster,
  path: string,
  request: JoinRequest,
): Promise<{ readonly status: number; readonly body: string }> {
  try {
    const answer = path.endsWith('?dry-run=1')
      ? await wouldAdmit(cluster, request)
      : await admit(cluster, request);
    return { status: 200, body: JSON.stringify(answer) };
  } catch (error) {
    return { status: 403, body: JSON.stringify(errorReport(asMusterError(error))) };
  }
}

const node: NodeStatus = {
  id: 'nbbbbbbbbbbbb',
  name: 'web-1',
  address: '10.0.0.5',
  self: true,
  verdict: 'alive',
  drained: false,
  roles: [{ role: 'web', state: 'ready', reason: 'it answers' }],
};

/** What the agent says once it has its place; parts of itself and of the other node may be otherwise. */
export function joinedStatus(own: Partial<NodeStatus> = {}, other: Partial<NodeStatus> = {}): StatusReport {
  const first = { ...node, id: 'naaaaaaaaaaaa', name: 'b1', address: '10.0.0.1', self: false, cores: 2 };
  return {
    ...healthyStatus('1.0-test'),
    nodes: [
      { ...first, ...other },
      { ...node, ...own },
    ],
  };
}
