import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createClusterId, createIdentity, rawPublicKey } from '../../../agent/local/identity.ts';
import { runSparingly } from '../../../agent/local/parts.ts';
import { bundle } from '../../../scripts/bundle.ts';
import { root } from '../../support/source-tree.ts';
import { Child } from './child.ts';
import type { MemberConfig, MemberWord } from './member-config.ts';
import type { Heard, Program } from './program.ts';
import type { Machine } from './room.ts';
import type { Sight } from './sights.ts';

/** Where it is bundled: once for a bench. */
export async function bundlePrograms(folder: string): Promise<void> {
  const inside = 'test/bench/membership/inside';
  await bundle(root, { member: `${inside}/member.ts`, service: `${inside}/service.ts` }, folder);
}

/** A new cluster of these machines, everyone admitted. `folder`: that of the bundle. */
export async function musterOn(folder: string, machines: readonly Machine[]): Promise<Program> {
  const cluster = createClusterId();
  const places = await writeConfigs(join(folder, cluster), cluster, machines);
  return {
    name: 'muster',
    start: (machine, heard) => {
      const program = [join(folder, 'member.mjs'), places.get(machine.name) ?? ''];
      const argv = [...runSparingly(process.execPath), ...program];
      const child = Child.start(machine, argv, (line) => take(machine, line, heard));
      return {
        process: child,
        all: [child, startService(folder, machine)],
        stall: async (ms) => {
          child.tell(`stall ${ms}`);
          await pause(ms);
        },
        mark: (word) => child.tell(`mark ${word}`),
      };
    },
  };
}

/** The stand-in for a machine's web server. */
function startService(folder: string, machine: Machine): Child {
  const argv = [process.execPath, join(folder, 'service.mjs'), machine.address];
  return Child.start(machine, argv, () => undefined);
}

const sightOf: Readonly<Record<string, Sight>> = { alive: 'there', unreachable: 'gone' };

function take({ name }: Machine, line: string, { sights, marks }: Heard): void {
  const { atMs, findings, marks: told } = JSON.parse(line) as MemberWord;
  marks.set(name, new Map(Object.entries(told)));
  for (const [subject, finding] of Object.entries(findings)) {
    sights.see(name, subject, { sight: sightOf[finding] ?? 'doubted', atMs });
  }
}

async function writeConfigs(
  folder: string,
  cluster: string,
  machines: readonly Machine[],
): Promise<ReadonlyMap<string, string>> {
  const identities = machines.map((machine) => ({ ...machine, identity: createIdentity() }));
  const members = identities.map(({ name, address, identity }) => ({
    id: identity.nodeId,
    name,
    address,
    gossipKey: rawPublicKey(identity.publicKeyPem),
    datagramKey: rawPublicKey(identity.datagramPublicKeyPem),
    dead: false,
  }));
  const networkKey = randomBytes(32).toString('hex');
  const paths = new Map<string, string>();
  for (const { name, identity } of identities) {
    const own = join(folder, name);
    await mkdir(own, { recursive: true });
    const { nodeId, privateKeyPem, datagramPrivateKeyPem } = identity;
    const keys = { privateKeyPem, datagramPrivateKeyPem, networkKey };
    const config: MemberConfig = { self: nodeId, cluster, members, folder: own, ...keys };
    const path = join(own, 'config.json');
    await writeFile(path, JSON.stringify(config), { mode: 0o600 });
    paths.set(name, path);
  }
  return paths;
}
