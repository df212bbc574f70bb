import type { AddressInfo } from 'node:net';
import { createServer, type Server } from 'node:net';
import { afterEach, expect, test } from 'vitest';

import { strangerHere } from '../../lab/harness/stranger.ts';

let server: Server | undefined;
afterEach(() => void server?.close());

test('a stranger finds the port that is open, and says again what it was given', async () => {
  const heard = Promise.withResolvers<string>();
  server = createServer((socket) => {
    socket.on('data', (text) => heard.resolve(text.toString()));
    socket.on('error', () => undefined);
  });
  await new Promise<void>((done) => server?.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  const stranger = strangerHere();
  expect(await stranger.scan('127.0.0.1', [9, port])).toEqual([port]);
  await stranger.replay('127.0.0.1', port, { udp: [], tcp: [Buffer.from('as they said')] });
  expect(await heard.promise).toBe('as they said');
});
