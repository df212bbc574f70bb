import type { Random } from '../../roles/model/ports.ts';

/** Random numbers from a seed: mulberry32 (public domain, Tommy Ettinger), good enough to choose faults by. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return {
    next: () => {
      state = (state + 0x6d2b79f5) >>> 0;
      let mixed = Math.imul(state ^ (state >>> 15), state | 1);
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    },
  };
}

/** One of several, each as likely. */
export function pick<Value>(random: Random, values: readonly [Value, ...Value[]]): Value {
  return values[Math.floor(random.next() * values.length)] ?? values[0];
}

/** The seeds to play: those of a run, or only the one in SEED, to play a failure again. */
export function seeds(count: number): readonly number[] {
  const only = process.env['SEED'];
  return only === undefined ? Array.from({ length: count }, (_, index) => index + 1) : [Number(only)];
}

/** Plays one seed of a story; whatever fails says which seed it was, and how to play it again. */
export async function playing(seed: number, file: string, story: () => Promise<void>): Promise<void> {
  try {
    await story();
  } catch (cause) {
    const command = `SEED=${seed} npx vitest run --project simulation ${file}`;
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`seed ${seed}: ${why}\nplay it again: ${command}`, { cause });
  }
}
