import { install, well } from '../lab/harness/cluster.ts';
import { eventually, type LabMachine, openLab } from '../lab/harness/index.ts';
import { muster } from '../lab/harness/operator.ts';
import { ownCertificate } from '../lab/harness/own-certificate.ts';
import { shownCertificate } from '../lab/harness/secure-page.ts';
import { cachedPages, putCachedPages } from './cached-pages.ts';
import { say, tableHead } from './figures.ts';
import { chainTlsPort, startChain } from './minimal-chain.ts';
import { compareWithLatency, requireWrk } from './wrk.ts';

const settleMs = 120_000;
const secondsPerRun = 6;
const domain = 'own.example';

/**
 * A stored page of 4 KiB over TLS, by kept connections and by a new one for each request, beside HAProxy and nginx written
 * by hand with the same certificate (ECDSA, P-256).
 */
export async function benchHttps(runs = 10): Promise<void> {
  await requireWrk();
  await using lab = await openLab({ machines: 1 });
  const b1 = lab.machine('b1');
  await install(b1);
  await well(b1, settleMs);
  await putCachedPages(b1);
  const certificate = await certify(b1);
  await startChain({ balancers: [b1], caches: [b1], webs: [b1] }, certificate);
  const rivals = {
    ours: `https://${b1.address}`,
    theirs: `https://${b1.address}:${chainTlsPort}`,
    theirName: 'written by hand',
  };
  const { path } = cachedPages['page that may be stored'];
  say(tableHead);
  await compareWithLatency(rivals, 'kept connections', path, runs, { seconds: secondsPerRun });
  await compareWithLatency(rivals, 'a handshake each', path, runs, {
    seconds: secondsPerRun,
    headers: ['Connection: close'],
  });
}

/** Gives the cluster a certificate; returns the file in which HAProxy has it, key and all. */
async function certify(node: LabMachine): Promise<string> {
  const { certificate, key } = await ownCertificate(node, 'own', domain);
  await muster(node, 'cert', 'set', '--certificate', certificate, '--key', key);
  await eventually(
    'the certificate is shown',
    async () => (await shownCertificate(node.address, domain)).subject.CN === domain,
    { deadlineMs: settleMs },
  );
  const { stdout } = await node.exec(['sh', '-c', 'ls /etc/haproxy/muster/*.pem']);
  return stdout.trim();
}
