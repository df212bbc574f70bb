/** One request as it ended. */
export interface Outcome {
  /** When it was sent, counted from the start of the load. */
  readonly atMs: number;
  readonly tookMs: number;
  /** Nobody may repeat it for the client. */
  readonly post: boolean;
  /** It was sent a second time, since the connection it had been sent on was closed just then. */
  readonly repeated?: true;
  /** undefined: a complete response with a good status. */
  readonly failure?: string;
}

/** One request that failed: when it was sent, how long it lasted, what came of it. */
interface Failure {
  readonly atMs: number;
  readonly tookMs: number;
  readonly post: boolean;
  readonly kind: string;
}

/** A stretch in which no request succeeded. */
interface Gap {
  readonly atMs: number;
  readonly lengthMs: number;
  readonly failed: number;
}

/** What a client saw, every request accounted for: sent = ok + failed. */
export interface LoadReport {
  readonly sent: number;
  readonly ok: number;
  readonly failed: number;
  /** How many of all a browser had to send twice, without its user knowing. */
  readonly repeated: number;
  /** The wall clock at its start, in ms, to lay it beside logs. */
  readonly startedAt: number;
  readonly durationMs: number;
  readonly failures: readonly Failure[];
  /** How often each kind of failure was met. */
  readonly kinds: Readonly<Record<string, number>>;
  /** Of the successful ones. */
  readonly latencyMs: { readonly p50: number; readonly p99: number; readonly max: number };
  readonly gaps: readonly Gap[];
}

/** The smallest value that so large a share of all does not exceed; 0 of none. */
export const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))] ?? 0;

const gapsOf = (inOrder: readonly Outcome[], durationMs: number): Gap[] => {
  const gaps: Gap[] = [];
  let begun: number | undefined;
  let failed = 0;
  const close = (atMs: number): void => {
    if (begun !== undefined) gaps.push({ atMs: begun, lengthMs: atMs - begun, failed });
    begun = undefined;
    failed = 0;
  };
  for (const one of inOrder) {
    if (one.failure === undefined) close(one.atMs);
    else {
      begun ??= one.atMs;
      failed += 1;
    }
  }
  close(durationMs);
  return gaps;
};

/** Adds up what became of every request. */
export const reportOf = (outcomes: readonly Outcome[], durationMs: number, startedAt: number): LoadReport => {
  const inOrder = outcomes.toSorted((one, other) => one.atMs - other.atMs);
  const failures = inOrder.flatMap(({ atMs, tookMs, post, failure }) =>
    failure === undefined ? [] : [{ atMs, tookMs, post, kind: failure }],
  );
  const took = inOrder
    .filter(({ failure }) => failure === undefined)
    .map(({ tookMs }) => tookMs)
    .sort((one, other) => one - other);
  const kinds: Record<string, number> = {};
  for (const { kind } of failures) kinds[kind] = (kinds[kind] ?? 0) + 1;
  return {
    sent: outcomes.length,
    ok: took.length,
    failed: failures.length,
    repeated: outcomes.filter(({ repeated }) => repeated === true).length,
    startedAt,
    durationMs,
    failures,
    kinds,
    latencyMs: { p50: quantile(took, 0.5), p99: quantile(took, 0.99), max: took.at(-1) ?? 0 },
    gaps: gapsOf(inOrder, durationMs),
  };
};
