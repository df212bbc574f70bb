import type { SignedAdmission } from '../../roles/model/admission.ts';
import { paths } from '../../roles/model/paths.ts';
import type { Clock, Files } from '../../roles/model/ports.ts';
import { rawPublicKey } from '../local/identity.ts';
import { type NodeConfig, readIdentity } from '../local/state.ts';
import { authoritySigningKey, signAdmission } from './sign.ts';

/** Who has nobody to ask for admission: the first node of a cluster, which holds the authority itself. */
export async function firstAdmission(
  { files, clock }: { readonly files: Files; readonly clock: Clock },
  config: NodeConfig,
  place: { readonly generation: number; readonly ordinal: number },
): Promise<SignedAdmission | undefined> {
  const identity = await readIdentity(files);
  const caKeyPem = await files.read(paths.authorityKey);
  if (identity === undefined || caKeyPem === undefined) return undefined;
  const record = {
    clusterId: config.clusterId,
    generation: place.generation,
    nodeId: config.nodeId,
    gossipKey: rawPublicKey(identity.publicKeyPem),
    datagramKey: rawPublicKey(identity.datagramPublicKeyPem),
    name: config.name,
    ordinal: place.ordinal,
    issuedAt: clock.now().toISOString(),
  };
  return signAdmission(record, authoritySigningKey(caKeyPem));
}
