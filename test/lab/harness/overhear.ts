import { execa } from 'execa';

import { BRIDGE } from '../host/bridge.ts';
import { type Payloads, payloadsIn } from './pcap.ts';
import { listening, SNIFFER } from './sniffer.ts';

/**
 * What machines tell one another on a port while something happens, as a stranger on the same wire could record it.
 * Members who know the same say little: something has to happen.
 */
export const overhear = async (port: number, during: () => Promise<unknown>): Promise<Payloads> => {
  const sniffer = execa(SNIFFER, ['-U', '-w', '-', '-i', BRIDGE, `ip and port ${port}`], {
    reject: false,
    cwd: '/',
    stdin: 'ignore',
    encoding: 'buffer',
    // The last byte of a packet may be one.
    stripFinalNewline: false,
  });
  await listening(sniffer);
  try {
    await during();
  } finally {
    sniffer.kill('SIGINT');
  }
  return payloadsIn(Buffer.from((await sniffer).stdout));
};
