import type { Finding, Risk } from '../contract.ts';

/** Said of the machine itself, as `store`, and worse there. */
const saidAlready = 'store-not-writable';

/** What the whole cluster risks, as `muster status` says it: all of it can wait, since the site is up. */
export function cluster(risks: readonly Risk[]): Finding[] {
  return risks
    .filter(({ code }) => code !== saidAlready)
    .map(({ code, sentence, next }) => ({ id: `risk-${code}`, level: 'warning', evidence: sentence, next }));
}
