import { paths } from '../../roles/model/paths.ts';
import type { Decisions, Files } from '../../roles/model/ports.ts';
import { voterRecords } from '../../roles/node/standing.ts';
import { authoritySecret } from '../admission/authority.ts';
import { authorityHolders, sealAuthority } from '../admission/seal-authority.ts';
import { isSealedTo } from '../admission/sealed.ts';
import type { DecisionSource } from '../decisions/source.ts';

/**
 * Keeps the authority's key sealed to the voters and one standby, so that no single death stops admissions. Nothing
 * where all is well, and where this node does not hold the key.
 */
export async function keepAuthority(
  files: Files,
  decisions: Decisions,
  source: Pick<DecisionSource, 'known'>,
): Promise<void> {
  const { nodes = [], secrets = {} } = source.known() ?? {};
  const voters = voterRecords(nodes).map(({ id }) => id);
  const sealed = secrets[authoritySecret];
  if (sealed !== undefined && isSealedTo(sealed, authorityHolders(nodes, voters))) return;
  const caKeyPem = await files.read(paths.authorityKey);
  if (caKeyPem !== undefined) await sealAuthority(decisions, caKeyPem, voters);
}
