import type { LabMachine } from '../lab/harness/index.ts';
import { putMinimal } from './minimal-pair.ts';

/** Who does what in the hand-written chain; one machine may do all of it. */
export interface Chain {
  readonly balancers: readonly LabMachine[];
  readonly caches: readonly LabMachine[];
  readonly webs: readonly LabMachine[];
}

/** Where it listens, beside ours on the same machines. */
export const chainPort = 8090;
export const chainTlsPort = 8443;
const webPort = 8091;
const cachePort = 8092;

/**
 * Starts HAProxy, nginx and Apache written by hand, with the PHP-FPM that is there; with the file of a certificate also
 * over TLS.
 */
export async function startChain({ balancers, caches, webs }: Chain, certificate?: string): Promise<void> {
  for (const machine of webs) {
    // Reached from the caches, not from its own machine alone.
    const config = await putMinimal(machine, 'apache2.conf', { 'Listen 127.0.0.1:': 'Listen ' });
    await machine.exec(['/usr/sbin/apache2', '-f', config]);
  }
  for (const machine of caches) {
    const servers = webs.map(({ address }) => `    server ${address}:${webPort};`);
    const config = await putMinimal(machine, 'nginx-chain.conf', { WEBS: servers.join('\n') });
    await machine.exec(['/usr/sbin/nginx', '-c', config]);
  }
  const binds = [
    `  bind *:${chainPort}`,
    ...(certificate === undefined
      ? []
      : [`  bind *:${chainTlsPort} ssl crt ${certificate} alpn h2,http/1.1`]),
  ];
  const servers = caches.map(({ name, address }) => `  server ${name} ${address}:${cachePort}`);
  for (const machine of balancers) {
    const config = await putMinimal(machine, 'haproxy-chain.cfg', {
      BINDS: binds.join('\n'),
      CACHES: servers.join('\n'),
    });
    await machine.exec(['/usr/sbin/haproxy', '-D', '-f', config]);
  }
}
