import { execa } from 'execa';

import { BRIDGE } from '../host/bridge.ts';
import { type Payloads, payloadsIn } from './pcap.ts';

const SNIFFER = 'tcpdump';

/** What machines tell one another on a port, as a stranger on the same wire could record it. */
export const overhear = async (port: number, forMs: number): Promise<Payloads> => {
  const said = await execa(SNIFFER, ['-U', '-w', '-', '-i', BRIDGE, `ip and port ${port}`], {
    reject: false,
    cwd: '/',
    stdin: 'ignore',
    encoding: 'buffer',
    timeout: forMs,
    killSignal: 'SIGINT',
  });
  return payloadsIn(Buffer.from(said.stdout));
};
