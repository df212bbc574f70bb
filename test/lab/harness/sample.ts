import { join } from 'node:path';
import type { LabMachine } from './machine.ts';
import { muster } from './operator.ts';

const checkout = join(import.meta.dirname, '../../..');

/** The domain of the sample application (test/lab/sample) in every story. */
export const sampleHost = 'shop.example';

/** Unpacking on every node, a release command, a proof on each: on two cores that carry five machines. */
const deployMs = 180_000;

/** Makes the sample application and its database, and deploys it; returns once every web node serves it. */
export async function deploySample(node: LabMachine): Promise<void> {
  await node.put(join(checkout, 'test/lab/sample'), '/root/sample');
  await muster(node, 'db', 'create', 'shop');
  await muster(node, 'app', 'create', 'shop', '--domain', sampleHost);
  await node.exec(['muster', 'app', 'deploy', 'shop', '/root/sample'], { timeoutMs: deployMs });
}
