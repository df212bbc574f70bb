import type { Init } from '../../roles/model/hardware.ts';
import { paths } from '../../roles/model/paths.ts';
import type { Commands, Files, Services } from '../../roles/model/ports.ts';
import { copyForEtcd } from '../local/etcd-pki.ts';
import { systemdAgent, unitPath, unitText } from '../local/unit.ts';
import type { Manifest } from '../reconcile/manifest.ts';

export interface KeepOwnParts {
  readonly files: Files;
  readonly commands: Commands;
  readonly services: Services;
  readonly manifest: Manifest;
  readonly init: Init;
  /** Whether this node runs an etcd member, and so has copies for it. */
  readonly voter: boolean;
}

const command = '/usr/local/bin/muster';

/**
 * Puts back what makes muster itself start and be found, and no role owns: the agent's unit, the command, and etcd's
 * copies of the certificates. Returns a sentence for each thing that had to be put back.
 */
export async function keepOwn(parts: KeepOwnParts): Promise<readonly string[]> {
  const { files } = parts;
  const sentences: string[] = [];
  const payload = await files.read(`${paths.payload}/current/muster`);
  // Run from a checkout there is neither a unit nor a command.
  if (payload === undefined) return sentences;
  if (parts.init === 'systemd' && (await files.read(unitPath)) !== unitText) {
    await systemdAgent(parts).prepare(parts.manifest);
    sentences.push(`put back ${unitPath}: it had been changed or deleted by another hand`);
  }
  if ((await files.read(command)) !== payload) {
    await files.write(command, payload, { mode: 0o755 });
    sentences.push(`put back ${command}: it had been changed or deleted by another hand`);
  }
  if (parts.voter && (await copyForEtcd(files))) {
    sentences.push("put back etcd's certificates: they had been changed or deleted by another hand");
  }
  return sentences;
}
