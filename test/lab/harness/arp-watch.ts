import { execa } from 'execa';

import { LabProblem } from '../core/problem.ts';
import { BRIDGE } from '../host/bridge.ts';
import { type Claim, claimFilter, claimIn } from './arp.ts';

const SNIFFER = 'tcpdump';

/** Everybody who claims one address on the lab's network, from the bridge: no machine can hide from it. */
export interface ArpWatch {
  /** What was claimed so far. */
  claims(): readonly Claim[];
  /** Ends the watch; returns all that was claimed. */
  stop(): Promise<readonly Claim[]>;
}

/** Watches who claims an IPv4 address; returns once the watch has begun. */
export const openArpWatch = async (address: string): Promise<ArpWatch> => {
  const claims: Claim[] = [];
  const begun = Promise.withResolvers<void>();
  const sniffer = execa(
    SNIFFER,
    ['-l', '--immediate-mode', '-n', '-tt', '-e', '-i', BRIDGE, claimFilter(address)],
    { reject: false, cwd: '/', stdin: 'ignore', buffer: { stdout: false, stderr: true } },
  );
  const reading = (async () => {
    for await (const line of sniffer.iterable()) {
      const claim = claimIn(line);
      if (claim) claims.push(claim);
    }
  })();
  sniffer.stderr.on('data', (text: Buffer) => {
    if (text.toString().includes('listening on')) begun.resolve();
  });
  const ended = sniffer.then((done) => {
    begun.reject(new LabProblem(`${SNIFFER} ended at once: ${done.stderr.trim()}`, 'npm run lab -- ls'));
  });
  await begun.promise;
  return {
    claims: () => claims,
    stop: async () => {
      sniffer.kill('SIGINT');
      await Promise.all([ended, reading]);
      return claims;
    },
  };
};
