import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TransportHandlers } from '../../../../../agent/cluster/transport.ts';
import { type LoopbackNode, loopbackNodes } from '../../../../support/loopback-nodes.ts';

/** Writes down what a transport tells. */
class Diary implements TransportHandlers {
  readonly lines: string[] = [];
  reception: 'accept' | 'reject' = 'accept';

  onBroadcast(_from: string, bytes: Uint8Array): 'accept' | 'reject' {
    this.lines.push(`broadcast ${Buffer.from(bytes).toString()}`);
    return this.reception;
  }

  async onRequest(from: string, bytes: Uint8Array): Promise<Uint8Array> {
    if (bytes.length === 0) throw new Error('no such request');
    return Buffer.from(`${from} asked ${Buffer.from(bytes).toString()}`);
  }

  onDatagram(from: string, bytes: Uint8Array, address: string): void {
    this.lines.push(`datagram ${from} ${Buffer.from(bytes).toString()} ${address}`);
  }

  onConnected(node: string): void {
    this.lines.push(`connected ${node}`);
  }

  onDisconnected(node: string): void {
    this.lines.push(`disconnected ${node}`);
  }
}

interface Started extends LoopbackNode {
  readonly diary: Diary;
}

let nodes: [Started, Started, Started];
let stop: AbortController;

/** Three in a row: the first and the last know each other through the one between them. */
beforeEach(async () => {
  stop = new AbortController();
  const three = await loopbackNodes(3);
  nodes = three.map((node) => ({ ...node, diary: new Diary() })) as unknown as typeof nodes;
  const peers = three.map(({ peer }) => peer);
  await Promise.all(
    nodes.map(async ({ transport, diary, peer }) => {
      transport.setPeers(peers.filter(({ id }) => id !== peer.id));
      await transport.start(diary, stop.signal);
    }),
  );
  const [one, two, three_] = nodes;
  await one.transport.connect(two.peer.id);
  await two.transport.connect(three_.peer.id);
});

afterEach(async () => {
  stop.abort();
  await Promise.all(nodes.map(({ transport }) => transport.ended()));
});

describe('libp2p on loopback', () => {
  it('carries broadcasts over a hop, requests to a neighbour and datagrams to anyone', async () => {
    const [one, two, three] = nodes;
    expect(two.transport.connected()).toHaveLength(2);
    let count = 0;
    await expect
      .poll(() => {
        // No two broadcasts are alike, or the second counts as the echo of the first.
        count += 1;
        one.transport.broadcast(Buffer.from(`hello ${count}`));
        one.transport.datagram(three.peer.id, Buffer.from('beat'));
        return three.diary.lines.join();
      })
      .toMatch(/broadcast hello.*datagram naaaaaaaaaaaa beat 127\.0\.0\.1|datagram naaaaaaaaaaaa.*hello/);
    const answer = await one.transport.request(two.peer.id, Buffer.from('what'));
    expect(Buffer.from(answer).toString()).toBe(`${one.peer.id} asked what`);
    await expect(one.transport.request(three.peer.id, Buffer.from('what'))).rejects.toThrow('not connected');
    await expect(one.transport.request(two.peer.id, Buffer.alloc(0))).rejects.toThrow('no answer');
  });

  it('carries a datagram to a place of which nothing is known but the address of everyone there', async () => {
    const [one, two] = nodes;
    one.transport.setPeers([{ ...two.peer, address: '127.0.0.66' }]);
    await expect
      .poll(() => {
        one.transport.datagram(two.peer.id, Buffer.from('lost'));
        one.transport.datagram(two.peer.id, Buffer.from('beacon'), one.transport.everyone);
        return two.diary.lines;
      })
      .toContain(`datagram ${one.peer.id} beacon 127.0.0.1`);
    expect(two.diary.lines.join()).not.toContain('lost');
  });

  it('lets go of the connection to where a node is no longer, and of no other', async () => {
    const [, two, three] = nodes;
    two.transport.setPeers([{ ...nodes[0].peer, address: '127.0.0.66' }, three.peer]);
    await expect.poll(() => two.diary.lines).toContain(`disconnected ${nodes[0].peer.id}`);
    expect(two.transport.connected()).toEqual([three.peer.id]);
  });

  it('lets go of whoever is no longer admitted, and does not let it in again', async () => {
    const [one, two, three] = nodes;
    two.transport.setPeers([three.peer]);
    await expect.poll(() => one.diary.lines).toContain(`disconnected ${two.peer.id}`);
    await one.transport.connect(two.peer.id).catch(() => undefined);
    await expect.poll(() => one.transport.connected()).toEqual([]);
    expect(two.transport.connected()).toEqual([three.peer.id]);
  });
});
