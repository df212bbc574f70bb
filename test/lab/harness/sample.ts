import { join } from 'node:path';
import type { LabMachine } from './machine.ts';
import { muster } from './operator.ts';

const checkout = join(import.meta.dirname, '../../..');

/** The domain of the sample application (test/lab/sample) in every story. */
export const sampleHost = 'shop.example';

/** What the sample application is without its database: pages, uploads, static files. */
const withoutDatabase = 'public: public\nhealth: /up\napache: FallbackResource /index.php\n';

/** An emulated machine takes minutes for what takes others seconds. */
const patientDeployMs = 600_000;

/** Unpacking on every node, a release command, a proof on each: on two cores that carry five machines. */
const deployMs = 180_000;

/** Makes the sample application and its database, and deploys it; returns once every web node serves it. */
export async function deploySample(node: LabMachine): Promise<void> {
  await node.put(join(checkout, 'test/lab/sample'), '/root/sample');
  await muster(node, 'db', 'create', 'shop');
  await muster(node, 'app', 'create', 'shop', '--domain', sampleHost);
  await node.exec(['muster', 'app', 'deploy', 'shop', '/root/sample'], { timeoutMs: deployMs });
}

/** The same without a database, on emulated machines. */
export async function deployPagesPatiently(node: LabMachine): Promise<void> {
  await node.put(join(checkout, 'test/lab/sample'), '/root/sample');
  await node.writeFile('/root/sample/muster.app.yml', withoutDatabase);
  await muster(node, 'app', 'create', 'shop', '--domain', sampleHost);
  await node.exec(['muster', 'app', 'deploy', 'shop', '/root/sample'], { timeoutMs: patientDeployMs });
}
