import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import type { TransportHandlers } from '../../../../../agent/cluster/transport.ts';
import { loopbackNodes } from '../../../../support/loopback-nodes.ts';

const deaf: TransportHandlers = {
  onBroadcast: () => 'ignore',
  onRequest: async () => new Uint8Array(),
  onDatagram: () => undefined,
  onConnected: () => undefined,
  onDisconnected: () => undefined,
};

/** Another program that holds the port, one way or the other; returns the way to end it. */
const holders = {
  tcp: async (port: number): Promise<() => Promise<unknown>> => {
    const server = createServer().listen(port, '127.0.0.1');
    await once(server, 'listening');
    return () => once(server.close(), 'close');
  },
  udp: async (port: number): Promise<() => Promise<unknown>> => {
    const socket = createSocket('udp4').bind(port, '127.0.0.1');
    await once(socket, 'listening');
    return () => once(socket.close(), 'close');
  },
};

it.each(['tcp', 'udp'] as const)(
  'a port that is taken (%s) is told, and nothing stays open',
  async (held) => {
    const [node] = await loopbackNodes(1);
    if (node === undefined) throw new Error('there is no node');
    const release = await holders[held](node.port);
    const starting = node.transport.start(deaf, new AbortController().signal);
    await expect(starting).rejects.toMatchObject({
      code: 'service-failed',
      message: expect.stringContaining(`gossip cannot listen on 127.0.0.1:${node.port}`),
      next: 'ss -lntup',
    });
    await release();
    for (const hold of [holders.tcp, holders.udp]) await (await hold(node.port))();
  },
);

it('a transport whose agent ends while it starts ends with it', async () => {
  const [node] = await loopbackNodes(1);
  if (node === undefined) throw new Error('there is no node');
  const stop = new AbortController();
  const starting = node.transport.start(deaf, stop.signal);
  stop.abort();
  await starting;
  await node.transport.ended();
  for (const hold of [holders.tcp, holders.udp]) await (await hold(node.port))();
});

it('a transport that cannot hear what is sent to everyone says so, and goes on', async () => {
  const told: string[] = [];
  const [node] = await loopbackNodes(1, (error) => told.push(`${error.code} ${error.message}`));
  if (node === undefined) throw new Error('there is no node');
  const socket = createSocket('udp4').bind(node.port, '127.255.255.255');
  await once(socket, 'listening');
  const stop = new AbortController();
  await node.transport.start(deaf, stop.signal);
  expect(told).toEqual([
    expect.stringContaining(`service-failed nothing can be heard on 127.255.255.255:${node.port}`),
  ]);
  stop.abort();
  await node.transport.ended();
  await once(socket.close(), 'close');
});
