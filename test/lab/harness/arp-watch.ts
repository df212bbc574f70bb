import { execa } from 'execa';

import { BRIDGE } from '../host/bridge.ts';
import { type Claim, claimFilter, claimIn } from './arp.ts';
import { listening, SNIFFER } from './sniffer.ts';

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
  await listening(sniffer);
  return {
    claims: () => claims,
    stop: async () => {
      sniffer.kill('SIGINT');
      await Promise.all([sniffer, reading]);
      return claims;
    },
  };
};
