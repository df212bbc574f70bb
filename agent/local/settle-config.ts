import { NodeRecord } from '../../roles/model/node.ts';
import type { Commands, Files } from '../../roles/model/ports.ts';
import { chooseAddress } from './address.ts';
import { createClusterId, createIdentity } from './identity.ts';
import { type NodeConfig, readIdentity, readNodeConfig, writeIdentity, writeNodeConfig } from './state.ts';

interface Parts {
  readonly files: Files;
  readonly commands: Commands;
  readonly hostname: string;
}

interface Wishes {
  readonly name?: string;
  readonly address?: string;
}

export interface SettledConfig {
  readonly config: NodeConfig;
  readonly fresh: boolean;
  /** What was asked for and is not done, since a member keeps what it has. */
  readonly kept: readonly string[];
}

/** This machine's identity and name: those it has, else new ones. A second run keeps all. */
export async function settleConfig(parts: Parts, wishes: Wishes): Promise<SettledConfig> {
  const known = await readNodeConfig(parts.files);
  if (known !== undefined) return { config: known, fresh: false, kept: keptOf(known, wishes) };
  const identity = (await readIdentity(parts.files)) ?? createIdentity();
  const config: NodeConfig = {
    clusterId: createClusterId(),
    nodeId: identity.nodeId,
    name: wishes.name ?? nameFrom(parts.hostname),
    address: await chooseAddress(parts.commands, wishes.address),
  };
  await writeIdentity(parts.files, identity);
  await writeNodeConfig(parts.files, config);
  return { config, fresh: true, kept: [] };
}

function keptOf(known: NodeConfig, wishes: Wishes): string[] {
  const kept: string[] = [];
  if (wishes.name !== undefined && wishes.name !== known.name) kept.push(`its name ${known.name}`);
  if (wishes.address !== undefined && wishes.address !== known.address) {
    kept.push(`its address ${known.address}`);
  }
  return kept;
}

/** The first label of a host name, with what a node name may not hold left out. */
export function nameFrom(hostname: string): string {
  const label = (hostname.split('.')[0] ?? '').toLowerCase().replaceAll(/[^a-z0-9-]/g, '');
  const name = label.slice(0, 63).replaceAll(/^-+|-+$/g, '');
  return NodeRecord.shape.name.safeParse(name).success ? name : 'node';
}
