import { randomBytes } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { createConnection, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';

/** What a stranger is asked to do, as JSON on standard input; it answers with JSON. */
export type Errand =
  | { readonly kind: 'scan'; readonly host: string; readonly ports: readonly number[] }
  | { readonly kind: 'garbage'; readonly host: string; readonly times: number }
  | {
      readonly kind: 'replay';
      readonly host: string;
      readonly port: number;
      /** The address to speak from, where it is not the machine's first. */
      readonly from?: string;
      /** Base64. */
      readonly udp: readonly string[];
      readonly tcp: readonly string[];
    };

const GOSSIP = 7700;
const API = 7701;
/** A port that is closed refuses at once; a firewall that says nothing is told by this. */
const KNOCK_MS = 1_000;
/** As many connections at a time as one core opens without falling behind. */
const KNOCKS_AT_ONCE = 200;
const MOST_GARBAGE_BYTES = 20_000;
/** A datagram that fits into one packet. */
const MOST_DATAGRAM_BYTES = 1_400;
/** How long an answer is listened to before the line is cut. */
const LISTEN_MS = 200;

const opens = (host: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = createConnection({ host, port });
    const end = (open: boolean): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(open);
    };
    const timer = setTimeout(() => end(false), KNOCK_MS);
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
  });

const scan = async (host: string, ports: readonly number[]): Promise<number[]> => {
  const open: number[] = [];
  const left = ports.toReversed();
  const knock = async (): Promise<void> => {
    for (let port = left.pop(); port !== undefined; port = left.pop()) {
      if (await opens(host, port)) open.push(port);
    }
  };
  await Promise.all(Array.from({ length: KNOCKS_AT_ONCE }, knock));
  return open.sort((one, other) => one - other);
};

const random = (most: number): Buffer => randomBytes(1 + Math.floor(Math.random() * most));

/** Says its piece, listens a moment and goes; whatever the other end does about it is well. */
const sayOver = async (socket: Socket, pieces: readonly Buffer[]): Promise<void> => {
  socket.on('error', () => undefined);
  socket.resume();
  for (const piece of pieces) socket.write(piece);
  await pause(LISTEN_MS);
  socket.destroy();
};

const sendDatagrams = async (
  host: string,
  port: number,
  from: string | undefined,
  datagrams: readonly Buffer[],
): Promise<void> => {
  const socket = createSocket('udp4');
  await new Promise<void>((done) => socket.bind(0, from, done));
  for (const datagram of datagrams) {
    await new Promise((done) => socket.send(datagram, port, host, done));
  }
  socket.close();
};

const garbage = async (host: string, times: number): Promise<number> => {
  for (let time = 0; time < times; time += 1) {
    const datagrams = Array.from({ length: 10 }, () => random(MOST_DATAGRAM_BYTES));
    await Promise.all([
      sayOver(createConnection({ host, port: GOSSIP }), [random(MOST_GARBAGE_BYTES)]),
      sayOver(createConnection({ host, port: API }), [random(MOST_GARBAGE_BYTES)]),
      sayOver(connectTls({ host, port: API, rejectUnauthorized: false }), [random(MOST_GARBAGE_BYTES)]),
      sendDatagrams(host, GOSSIP, undefined, datagrams),
    ]);
  }
  return times;
};

const replay = async (errand: Extract<Errand, { kind: 'replay' }>): Promise<number> => {
  const { host, port, from } = errand;
  const decoded = (texts: readonly string[]): Buffer[] => texts.map((one) => Buffer.from(one, 'base64'));
  await sendDatagrams(host, port, from, decoded(errand.udp));
  const local = from === undefined ? {} : { localAddress: from };
  await sayOver(createConnection({ host, port, ...local }), decoded(errand.tcp));
  return errand.udp.length + errand.tcp.length;
};

const run = async (errand: Errand): Promise<unknown> => {
  switch (errand.kind) {
    case 'scan':
      return scan(errand.host, errand.ports);
    case 'garbage':
      return garbage(errand.host, errand.times);
    case 'replay':
      return replay(errand);
  }
};

process.stdout.write(`${JSON.stringify(await run(JSON.parse(await text(process.stdin)) as Errand))}\n`);
