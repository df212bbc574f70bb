import { beforeEach, describe, expect, it } from 'vitest';
import { decodeHeartbeat, encodeHeartbeat } from '../../../../agent/cluster/heartbeat.ts';
import { Heartbeats } from '../../../../agent/cluster/heartbeats.ts';
import { PeerBook } from '../../../../agent/cluster/peer-book.ts';
import type { Transport } from '../../../../agent/cluster/transport.ts';
import { FakeFiles } from '../../../support/fake-files.ts';
import { recordOf } from '../../../support/sketches.ts';

const [a, b] = [recordOf(1).id, recordOf(2).id];
/** Where each of the two speaks from. */
const [atA, atB] = ['10.77.0.61', '10.77.0.62'];

/** What one node sends to another. */
class Wire {
  readonly sent: Uint8Array[] = [];
  /** Where each of them went; undefined for where the other was heard last. */
  readonly sentTo: (string | undefined)[] = [];
  elsewhere: readonly string[] = [];
  readonly outlived: number[] = [];
  readonly heartbeats: Heartbeats;

  constructor(other: string, epoch: number) {
    const transport: Pick<Transport, 'datagram'> = {
      datagram: (_, bytes, address) => {
        this.sent.push(bytes);
        this.sentTo.push(address);
      },
    };
    this.heartbeats = new Heartbeats({
      transport: transport as Transport,
      book: new PeerBook({ files: new FakeFiles(), path: '/peers.json', onError: () => undefined }),
      life: () => ({ epoch, incarnation: 0 }),
      said: () => 3,
      lagging: () => false,
      ready: () => ['web'],
      mark: () => 9,
      observers: () => new Set([other]),
      onOutlived: (later) => this.outlived.push(later),
      elsewhere: () => this.elsewhere,
    });
    this.heartbeats.setPeers(new Set([other]));
  }

  /** What it sent since the last look. */
  posted(): readonly Uint8Array[] {
    return this.sent.splice(0);
  }
}

let one: Wire;
let two: Wire;

beforeEach(() => {
  one = new Wire(b, 10);
  two = new Wire(a, 20);
});

/** Carries everything to and fro until both are quiet; what each made of what came. */
function converse(nowMs: number): string[] {
  const lines: string[] = [];
  for (let round = 0; round < 5; round += 1) {
    for (const bytes of one.posted()) lines.push(`two: ${beatOf(two.heartbeats.take(a, bytes, atA, nowMs))}`);
    for (const bytes of two.posted()) lines.push(`one: ${beatOf(one.heartbeats.take(b, bytes, atB, nowMs))}`);
  }
  return lines;
}

const beatOf = (beat: ReturnType<Heartbeats['take']>): string => (typeof beat === 'string' ? beat : 'beat');

describe('a heartbeat', () => {
  it('is the same after its way', () => {
    const heartbeat = {
      epoch: 2 ** 40,
      sequence: 2 ** 31,
      incarnation: 7,
      said: 12,
      echo: 3,
      asks: true,
      lagging: true,
      ready: ['node', 'balancer', 'storage'] as const,
      mark: 2 ** 32 - 1,
    };
    expect(decodeHeartbeat(encodeHeartbeat(heartbeat))).toEqual(heartbeat);
  });

  it.each([new Uint8Array(), Buffer.alloc(31, 9), Buffer.alloc(29, 1), Buffer.alloc(32, 2)])(
    'is not garbage',
    (bytes) => {
      expect(decodeHeartbeat(bytes)).toBeUndefined();
    },
  );
});

describe('two nodes', () => {
  it('know each other after one question and one answer', () => {
    one.heartbeats.tick(0);
    expect(converse(0)).toEqual(['two: first-contact', 'one: beat', 'two: beat']);
  });

  it('send every 250 ms', () => {
    for (let nowMs = 0; nowMs < 1_000; nowMs += 125) one.heartbeats.tick(nowMs);
    expect(one.posted()).toHaveLength(4);
  });

  it('answer a question at once', () => {
    one.heartbeats.tick(0);
    converse(0);
    one.heartbeats.send(b, true);
    expect(converse(300)).toEqual(['two: beat', 'one: beat']);
  });

  it.each([
    { places: [], asked: [undefined] },
    { places: ['10.77.0.72', '10.77.0.82'], asked: [undefined, '10.77.0.72', '10.77.0.82'] },
  ])(
    'ask where the other was and at $places, and answer where the question came from',
    ({ places, asked }) => {
      one.elsewhere = places;
      one.heartbeats.ask(b);
      expect(one.sentTo).toEqual(asked);
      for (const bytes of one.posted()) two.heartbeats.take(a, bytes, atA, 0);
      expect(two.sentTo).toEqual(asked.map(() => atA));
    },
  );

  it('take no heartbeat twice, and none that was overtaken', () => {
    one.heartbeats.tick(0);
    converse(0);
    one.heartbeats.tick(250);
    one.heartbeats.tick(500);
    const [early, late] = one.posted() as [Uint8Array, Uint8Array];
    expect([late, early, late].map((bytes) => beatOf(two.heartbeats.take(a, bytes, atA, 500)))).toEqual([
      'beat',
      'old',
      'old',
    ]);
  });

  it('take a recording from before their own start for nothing', () => {
    one.heartbeats.tick(0);
    converse(0);
    one.heartbeats.tick(250);
    const recordings = one.posted();
    two = new Wire(a, 21);
    expect(recordings.map((bytes) => beatOf(two.heartbeats.take(a, bytes, atA, 500)))).toEqual([
      'first-contact',
    ]);
  });

  it('go on after either starts anew', () => {
    one.heartbeats.tick(0);
    converse(0);
    one = new Wire(b, 11);
    one.heartbeats.tick(1_000);
    expect(converse(1_000)).toEqual(['two: first-contact', 'one: beat', 'two: beat']);
  });

  it('listen to no stranger, and to nobody without bound', () => {
    const flood = Array.from({ length: 150 }, () => two.heartbeats.take(a, Buffer.alloc(3), atA, 0));
    expect(flood.filter((beat) => beat === 'unreadable')).toHaveLength(100);
    expect(two.heartbeats.take(recordOf(3).id, new Uint8Array(), atA, 0)).toBe('stranger');
  });
});
