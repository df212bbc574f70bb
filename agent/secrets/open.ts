import type { DecisionSet } from '../../coordinator/store/codec.ts';
import { MusterError, messageOf } from '../../roles/model/errors.ts';
import type { Files, Secrets } from '../../roles/model/ports.ts';
import { SecretFields, type SecretMark } from '../../roles/model/secret.ts';
import { openSealed } from '../admission/sealed.ts';
import { readIdentity } from '../local/state.ts';

type Known = Pick<DecisionSet, 'secrets' | 'secretRevisions' | 'cluster'>;

/** Opens the fields of a secret by this node's own key. Throws what `openSealed` throws. */
export async function openFields(
  files: Files,
  { secrets, cluster }: Pick<Known, 'secrets' | 'cluster'>,
  name: string,
): Promise<SecretFields | undefined> {
  const identity = await readIdentity(files);
  const sealed = secrets[name];
  if (sealed === undefined || cluster === undefined || identity === undefined) return undefined;
  const own = { nodeId: identity.nodeId, privateKeyPem: identity.datagramPrivateKeyPem };
  const text = openSealed(sealed, own, { clusterId: cluster.id, name }).toString();
  return SecretFields.parse(JSON.parse(text));
}

/** The secrets among the decisions, as far as they are sealed to this node. */
export function sealedSecrets(files: Files, known: () => Known | undefined): Secrets {
  return {
    async open({ name, revision }) {
      const now = known();
      if (now?.secretRevisions[name] !== revision)
        throw missing({ name, revision }, 'it was changed meanwhile');
      try {
        const fields = await openFields(files, now, name);
        if (fields !== undefined) return fields;
      } catch (cause) {
        throw missing({ name, revision }, messageOf(cause), cause);
      }
      throw missing({ name, revision }, 'this node does not know it yet');
    },
  };
}

function missing({ name }: SecretMark, why: string, cause?: unknown): MusterError {
  return new MusterError('secret-missing', {
    what: `the secret ${name} cannot be used here`,
    why,
    next: 'muster status; it is sealed to this node within seconds once a voter answers',
    cause,
  });
}
