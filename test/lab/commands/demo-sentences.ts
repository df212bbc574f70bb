/** What a visitor lost in one part of the story. */
export interface Loss {
  readonly failed: number;
  /** Of these, requests that nobody may repeat for the client. */
  readonly posts: number;
  /** The longest time without a page. */
  readonly silenceMs: number;
}

/** What became of every request of the story. */
export interface Count {
  readonly sent: number;
  readonly failed: number;
}

/** Up to here nobody who waits for a page notices: a page itself takes as long. */
const UNNOTICED_MS = 200;

/** 4 digits and more in groups of three, as people write them. */
const counted = (count: number): string => count.toLocaleString('en-GB');

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

const requests = (count: number): string => (count === 1 ? '1 request' : `${counted(count)} requests`);

const silence = ({ silenceMs }: Loss): string =>
  silenceMs <= UNNOTICED_MS
    ? 'at no time had visitors to wait for a page'
    : `the longest time without a page was ${seconds(silenceMs)}`;

const lost = (loss: Loss): string => {
  if (loss.failed === 0) return 'No request was lost';
  const which = loss.failed === 1 ? 'a POST' : 'all of them POSTs';
  const posts = loss.posts === loss.failed ? `, ${which}, which nobody may send a second time` : '';
  return `${requests(loss.failed)} ${loss.failed === 1 ? 'was' : 'were'} lost${posts}`;
};

/** The story's sentences: what happens, and why it matters to whoever runs a site. */
export const sentences = {
  booting: (): string =>
    'Three bare Debian machines are switched on: b1, b2 and b3. Nothing of muster is on them, no web server, no Node.js.',
  booted: (vip: string): string =>
    `They are up. b1 is made a cluster of one: ./install.sh --vip ${vip}. That address is all that visitors will ever know.`,
  installed: (ms: number): string =>
    `b1 serves pages, ${seconds(ms)} after the command. It prints one line to paste on the next machine; it is pasted on b2 and on b3, and that is all there is to do there.`,
  joined: (ms: number, balancers: readonly string[], holder: string): string =>
    `${seconds(ms)} later all three say the same: three machines alive, three web servers in every roster, ${balancers.join(' and ')} in front of them, and ${holder} has the address.`,
  visitors: (rate: number, vip: string): string =>
    `From now on ${rate} requests a second go to ${vip}, a fifth of them POST, and every answer is counted.`,
  webKilled: (name: string): string =>
    `${name} loses its power. It was serving a third of all pages, and had no time to say goodbye.`,
  webOut: (ms: number, loss: Loss): string =>
    `After ${seconds(ms)} no balancer sends anything there any more. ${lost(loss)}; ${silence(loss)}.`,
  webStarted: (name: string): string =>
    `${name} gets its power back. Nobody logs in, nobody types a command.`,
  webBack: (name: string, ms: number): string =>
    `${name} serves pages again, ${seconds(ms)} after it was switched on.`,
  holderKilled: (name: string): string =>
    `Now ${name} loses its power: the machine that has the address. Nothing worse can happen to a site with one entrance.`,
  holderMoved: (name: string, loss: Loss): string =>
    `${name} has taken the address. ${lost(loss)}; ${silence(loss)}. Whoever was looking at the page has noticed nothing but that.`,
  holderStarted: (name: string): string => `${name} gets its power back.`,
  holderBack: (name: string, holder: string, ms: number): string =>
    `${name} is whole again after ${seconds(ms)}, and stands by: the address stays on ${holder}, since every move costs somebody something.`,
  end: ({ sent, failed }: Count): string => {
    const share = failed === 0 ? 'and none failed' : `and ${counted(failed)} of them failed`;
    return `That was all: ${requests(sent)} ${share}, while two machines of three lost their power in turn. The lab is taken down; nothing is left of it.`;
  },
  interrupted: (): string => 'Interrupted: the lab is taken down.',
};
