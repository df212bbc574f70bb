import { LabProblem } from './problem.ts';

/**
 * Which of the labs of this host: MUSTER_LAB, 0 (without it) to 9. Each has its own network, bridge and machines; the base
 * trees are shared.
 */
const LAB = ((text: string): number => {
  if (/^\d$/.test(text)) return Number(text);
  throw new LabProblem(`MUSTER_LAB is "${text}": a lab has a number from 0 to 9.`, 'unset MUSTER_LAB');
})(process.env['MUSTER_LAB'] ?? '0');

/** `muster-lab` → `muster-lab-2`: what two labs on one host may not share. */
export const ofThisLab = (name: string, between = '-'): string =>
  LAB === 0 ? name : `${name}${between}${LAB}`;

export const NETWORK_START = `10.77.${LAB}`;
/** The lab's own network. Nothing in the lab speaks to any other private network. */
export const NETWORK = `${NETWORK_START}.0/24`;
export const PREFIX_BITS = 24;
export const GATEWAY = `${NETWORK_START}.1`;
/** The first of the addresses that machines share. */
export const FIRST_VIP = `${NETWORK_START}.100`;
export const SECOND_VIP = `${NETWORK_START}.101`;
/** b1 is .11: low addresses stay free for the host, .100 and up for virtual addresses. */
const FIRST_HOST = 10;
/** b1…b80, so that no machine reaches the virtual addresses from .100 on. */
export const MOST_MACHINES = 80;

/** `b3` → 3; anything else is refused with a sentence. */
export const indexOf = (name: string): number => {
  const found = /^b([1-9]\d?)$/.exec(name);
  const index = Number(found?.[1]);
  if (!found || index > MOST_MACHINES) {
    throw new LabProblem(
      `"${name}" is no machine name: machines are b1 to b${MOST_MACHINES}.`,
      'npm run lab -- ls',
    );
  }
  return index;
};

/** 3 → `b3`. */
export const nameOf = (index: number): string => `b${index}`;

/** 3 → `10.77.0.13`. */
export const addressOf = (index: number): string => `${NETWORK_START}.${FIRST_HOST + index}`;

/** 3 → `52:54:00:77:00:03`: a network card's own address, of the range that emulators use. */
export const macOf = (index: number): string =>
  ['52:54:00:77', ...[LAB, index].map((one) => one.toString(16).padStart(2, '0'))].join(':');

/** How nspawn calls a machine: its name, unless there are several labs. */
export const nspawnNameOf = (name: string): string => (LAB === 0 ? name : `l${LAB}${name}`);

/** The bridge side of a machine's link, named by nspawn itself. */
export const linkOf = (name: string): string => `vb-${nspawnNameOf(name)}`;
