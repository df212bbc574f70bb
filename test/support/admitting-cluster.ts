import type { AdmitParts } from '../../agent/admission/admit.ts';
import { openAuthority } from '../../agent/admission/authority.ts';
import { joinRequest } from '../../agent/admission/join-request.ts';
import type { JoinRequest } from '../../agent/admission/request.ts';
import { createToken } from '../../agent/admission/tokens.ts';
import { type Authority, createAuthority } from '../../agent/host/certificates.ts';
import { createIdentity } from '../../agent/local/identity.ts';
import type { Identity } from '../../agent/local/state.ts';
import { type DecisionSet, decode } from '../../coordinator/store/codec.ts';
import { decisionsPrefix } from '../../coordinator/store/keys.ts';

import { importSeed, seedSnapshot } from '../../coordinator/store/seed.ts';
import type { NodeRecord } from '../../roles/model/node.ts';
import { paths } from '../../roles/model/paths.ts';
import type { Token } from '../../roles/model/token.ts';
import { FakeClock } from './fake-clock.ts';
import { FakeFiles } from './fake-files.ts';
import { RacedDecisions } from './raced-decisions.ts';
import { sampleHardware } from './sample-views.ts';

export const clusterId = 'cmmmmmmmmmmmm';
/** A pin of the right form; what it pins matters to the joiner alone. */
const anyPin = `sha256//${'A'.repeat(43)}=`;

/** A voter of a cluster of one that can admit others; its first node is b1 at 10.0.0.1. */
export interface AdmittingCluster extends AdmitParts {
  readonly decisions: RacedDecisions;
  readonly clock: FakeClock;
  readonly ca: Authority;
  readonly first: NodeRecord;
  /** What is decided now. */
  known(): Promise<DecisionSet>;
  token(parts?: { readonly pin?: string; readonly uses?: number }): Promise<Token>;
}

export function authorityOf(id = clusterId): Promise<Authority> {
  return createAuthority({ clusterName: 'shop', clusterId: id, now: new FakeClock().now() });
}

/** Made once in each test file: a key takes longer than a test. */
let shared: Promise<Authority> | undefined;

export async function admittingCluster(given?: Authority): Promise<AdmittingCluster> {
  const ca = given ?? (await (shared ??= authorityOf()));
  const clock = new FakeClock();
  const decisions = new RacedDecisions(clock);
  const first: NodeRecord = { id: createIdentity().nodeId, name: 'b1', ordinal: 1, address: '10.0.0.1' };
  await importSeed(
    decisions,
    seedSnapshot({ cluster: { id: clusterId, generation: 1 }, settings: {}, nodes: [first] }),
  );
  const files = new FakeFiles({
    [paths.authority]: ca.certificatePem,
    [paths.authorityKey]: ca.privateKeyPem,
  });
  return {
    decisions,
    clock,
    ca,
    first,
    authority: () => openAuthority({ files, clock, known: () => undefined }),
    release: sampleHardware.release,
    networkKey: async () => 'ab'.repeat(32),
    known: async () => decode(await decisions.read(decisionsPrefix)),
    token: async ({ pin = anyPin, uses = 10 } = {}) =>
      (
        await createToken(
          { decisions, clock },
          { addresses: ['10.0.0.1'], pin },
          { lifetimeMinutes: 60, uses },
        )
      ).token,
  };
}

/** What a machine of the same release asks with; a new one at 10.0.0.2 unless told otherwise. */
export function requestOf(
  token: Token,
  certificateKeyPem: string,
  parts: { readonly identity?: Identity; readonly name?: string; readonly address?: string } = {},
): JoinRequest {
  const { identity = createIdentity(), name = 'b2', address = '10.0.0.2' } = parts;
  return joinRequest({ token, identity, certificateKeyPem, name, address, hardware: sampleHardware });
}
