import * as z from 'zod';
import { MusterError } from '../../roles/model/errors.ts';
import { ClusterId } from '../../roles/model/identifiers.ts';
import { NodeId, NodeRecord } from '../../roles/model/node.ts';
import { paths } from '../../roles/model/paths.ts';
import type { Files } from '../../roles/model/ports.ts';

export { ClusterId };

/** What a machine knows of itself before any decision: /etc/muster/node.json. */
export const NodeConfig = z.strictObject({
  clusterId: ClusterId,
  nodeId: NodeId,
  name: NodeRecord.shape.name,
  address: NodeRecord.shape.address,
});
export type NodeConfig = z.infer<typeof NodeConfig>;

/**
 * The key pair that is the node (Ed25519), and the one that its datagrams and what is sealed to it hang on (X25519);
 * PKCS #8 and SPKI in PEM. Only root may read the file.
 */
export const Identity = z.strictObject({
  nodeId: NodeId,
  privateKeyPem: z.string(),
  publicKeyPem: z.string(),
  datagramPrivateKeyPem: z.string(),
  datagramPublicKeyPem: z.string(),
});
export type Identity = z.infer<typeof Identity>;

/** Undefined where this machine is no node. Throws `state-unreadable` for a damaged file. */
export async function readNodeConfig(files: Files): Promise<NodeConfig | undefined> {
  return readJson(files, paths.nodeConfig, NodeConfig);
}

/** The same where there has to be one. Throws `not-a-node`. */
export async function requireNodeConfig(files: Files): Promise<NodeConfig> {
  const config = await readNodeConfig(files);
  if (config !== undefined) return config;
  throw new MusterError('not-a-node', {
    what: 'this machine is no node of a cluster',
    why: `there is no ${paths.nodeConfig}`,
    next: './install.sh, or: muster init',
  });
}

/** Anyone may read it: it holds no secret, and people look there. */
export async function writeNodeConfig(files: Files, config: NodeConfig): Promise<void> {
  await files.write(paths.nodeConfig, jsonText(config), { mode: 0o644 });
}

/** Undefined where there is none yet. Throws `state-unreadable` for a damaged file. */
export async function readIdentity(files: Files): Promise<Identity | undefined> {
  return readJson(files, paths.identity, Identity);
}

export async function writeIdentity(files: Files, identity: Identity): Promise<void> {
  await files.write(paths.identity, jsonText(identity), { mode: 0o600 });
}

async function readJson<Schema extends z.ZodType>(
  files: Files,
  path: string,
  schema: Schema,
): Promise<z.infer<Schema> | undefined> {
  const text = await files.read(path);
  if (text === undefined) return undefined;
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw new MusterError('state-unreadable', {
      what: `${path} cannot be read`,
      why: cause instanceof z.ZodError ? z.prettifyError(cause) : 'it is not JSON',
      next: `put ${path} back from a backup (docs/operations.md), or: muster uninstall`,
      cause,
    });
  }
}

function jsonText(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
