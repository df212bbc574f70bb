import type { Readable } from 'node:stream';

import { LabProblem } from '../core/problem.ts';

export const SNIFFER = 'tcpdump';

/** Resolves once a sniffer that was started listens. Throws where it ends before. */
export const listening = async (
  sniffer: PromiseLike<unknown> & { readonly stderr: Readable },
): Promise<void> => {
  const begun = Promise.withResolvers<void>();
  let said = '';
  sniffer.stderr.on('data', (text: Buffer) => {
    said += text.toString();
    if (said.includes('listening on')) begun.resolve();
  });
  const end = (): void =>
    begun.reject(new LabProblem(`${SNIFFER} ended at once: ${said.trim()}`, 'npm run lab -- ls'));
  void sniffer.then(end, end);
  await begun.promise;
};
