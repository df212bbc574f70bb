import type { Random } from '../../roles/model/ports.ts';

/** For staggering and choosing, never for secrets. */
export const systemRandom: Random = { next: () => Math.random() };
