import { LabProblem } from './problem.ts';

/** The lab's own network. Nothing in the lab speaks to any other private network. */
export const NETWORK = '10.77.0.0/24';
export const PREFIX_BITS = 24;
export const GATEWAY = '10.77.0.1';
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
export const addressOf = (index: number): string => `10.77.0.${FIRST_HOST + index}`;

/** The bridge side of a machine's link, named by nspawn itself. */
export const linkOf = (name: string): string => `vb-${name}`;
