/** What a load is made of. */
export interface LoadOptions {
  readonly url: string;
  /** The Host header, where it differs from the address asked. */
  readonly host?: string;
  readonly requestsPerSecond: number;
  /** The share of requests sent over kept connections; the others open one each. */
  readonly keepAliveShare?: number;
  /** The share of requests that are POSTs, which nobody may repeat for the client. */
  readonly postShare?: number;
  /** The share of requests that go to a page which takes its time, and that page's path; none without a path. */
  readonly slowShare?: number;
  readonly slowPath?: string;
  /** A response later than this counts as failed. */
  readonly timeoutMs?: number;
}

/** The same with nothing left open. */
export interface LoadOrder {
  readonly url: string;
  readonly host: string | undefined;
  readonly requestsPerSecond: number;
  readonly keepAliveShare: number;
  readonly postShare: number;
  readonly slowShare: number;
  /** Where the slow ones go. */
  readonly slowUrl: string;
  readonly timeoutMs: number;
}

/** A visitor's patience. */
const TIMEOUT_MS = 5_000;

/** What a site has of pages that search or send a mail. */
const SLOW_SHARE = 0.05;

/** Fills in what was left out. */
export const orderOf = (options: LoadOptions): LoadOrder => ({
  url: options.url,
  host: options.host,
  requestsPerSecond: options.requestsPerSecond,
  keepAliveShare: options.keepAliveShare ?? 0.5,
  postShare: options.postShare ?? 0,
  slowShare: options.slowPath === undefined ? 0 : (options.slowShare ?? SLOW_SHARE),
  slowUrl: new URL(options.slowPath ?? '', options.url).href,
  timeoutMs: options.timeoutMs ?? TIMEOUT_MS,
});

/** How many requests ought to have been sent by now, the first at once. */
export const dueBy = (elapsedMs: number, requestsPerSecond: number): number =>
  Math.floor((elapsedMs * requestsPerSecond) / 1000) + 1;

/** Irrational steps whose multiples never fall in with each other: so the shares below are independent. */
const KEEP_ALIVE_STEP = 0.754_877_666;
const POST_STEP = 0.569_840_29;
const SLOW_STEP = 0.618_033_988;

const falls = (number: number, step: number, share: number): boolean => ((number + 1) * step) % 1 < share;

/** How one request is sent. */
export interface Manner {
  readonly keepAlive: boolean;
  readonly post: boolean;
  readonly slow: boolean;
}

/** How the request of that running number is sent; the shares are spread evenly, with no randomness. */
export const mannerOf = (
  number: number,
  order: Pick<LoadOrder, 'keepAliveShare' | 'postShare' | 'slowShare'>,
): Manner => ({
  keepAlive: falls(number, KEEP_ALIVE_STEP, order.keepAliveShare),
  post: falls(number, POST_STEP, order.postShare),
  slow: falls(number, SLOW_STEP, order.slowShare),
});
