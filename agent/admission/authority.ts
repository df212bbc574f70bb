import type { DecisionSet } from '../../coordinator/store/codec.ts';
import { MusterError } from '../../roles/model/errors.ts';
import { paths } from '../../roles/model/paths.ts';
import type { Clock, Files } from '../../roles/model/ports.ts';
import { readIdentity } from '../local/state.ts';
import type { Authority } from './admit.ts';
import { authorityKeyOf } from './keys.ts';
import { openSealed } from './sealed.ts';
import { authoritySigningKey } from './sign.ts';

/** Where the key of the authority lies sealed among the decisions: `secrets/authority`. */
export const authoritySecret = 'authority';

export interface AuthorityParts {
  readonly files: Files;
  readonly clock: Clock;
  /** Where the key is looked for on a node that does not have it on disk. */
  readonly known: () => Pick<DecisionSet, 'secrets' | 'cluster'> | undefined;
}

/** The cluster's authority, on a node that has its key or is among those it is sealed to; else `not-allowed`. */
export async function openAuthority(parts: AuthorityParts): Promise<Authority> {
  const { files, clock } = parts;
  const caPem = await files.read(paths.authority);
  const caKeyPem = (await files.read(paths.authorityKey)) ?? (await unsealed(parts));
  if (caPem === undefined || caKeyPem === undefined) throw noKey();
  return {
    caPem,
    signingKey: authoritySigningKey(caKeyPem),
    publicKey: authorityKeyOf(caPem),
    certify: async (order) => {
      // The X.509 library takes memory that a node has no other use for, so it comes with the first admission.
      const { certifyKey } = await import('../host/certificates.ts');
      const authority = { certificatePem: caPem, privateKeyPem: caKeyPem };
      return certifyKey(authority, { ...order, now: clock.now() });
    },
  };
}

async function unsealed({ files, known }: AuthorityParts): Promise<string | undefined> {
  const { secrets = {}, cluster } = known() ?? {};
  const sealed = secrets[authoritySecret];
  const identity = await readIdentity(files);
  if (sealed === undefined || cluster === undefined || identity === undefined) return undefined;
  const own = { nodeId: identity.nodeId, privateKeyPem: identity.datagramPrivateKeyPem };
  return openSealed(sealed, own, { clusterId: cluster.id, name: authoritySecret }).toString();
}

function noKey(): MusterError {
  return new MusterError('not-allowed', {
    what: 'this node cannot admit or remove others',
    why: `it does not have the key of the cluster's authority (${paths.authorityKey})`,
    next: 'the same command on a voter; muster status says which nodes those are',
  });
}
