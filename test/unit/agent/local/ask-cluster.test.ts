import { once } from 'node:events';
import { createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeAll, expect, it } from 'vitest';
import type { Certificates } from '../../../../agent/api/certificates.ts';
import { publicKeyPin } from '../../../../agent/host/certificates.ts';
import { askCluster } from '../../../../agent/local/ask-cluster.ts';
import type { Token } from '../../../../roles/model/token.ts';
import { authorityOf, clusterId } from '../../../support/admitting-cluster.ts';
import {
  type Answer,
  certificatesFor,
  type LoopbackApi,
  loopbackApi,
  someLoopback,
} from '../../../support/loopback-api.ts';

let shown: Certificates;
let others: Certificates;
beforeAll(async () => {
  const authority = await authorityOf();
  shown = await certificatesFor(authority, 'naaaaaaaaaaaa');
  others = await certificatesFor(authority, 'nbbbbbbbbbbbb');
});

let server: LoopbackApi | undefined;
afterEach(async () => {
  await server?.[Symbol.asyncDispose]();
  server = undefined;
});

function tokenFor(addresses: readonly string[]): Token {
  return {
    id: 'taaaaaaaaaaaa',
    secret: 'AAECAwQFBgcICQoLDA0ODw',
    clusterId,
    addresses: [...addresses],
    pin: publicKeyPin(shown.certificate),
    expiresAt: '2026-01-01T01:00:00.000Z',
  };
}

async function serve(answer: Answer, certificates = shown): Promise<string> {
  server = await loopbackApi(certificates, answer);
  return server.address;
}

it('asks the pinned server, whatever it answers', async () => {
  const address = await serve(async (request, response) => {
    const { method, url, headers } = request;
    response.statusCode = 418;
    response.end(JSON.stringify({ method, url, type: headers['content-type'], body: await text(request) }));
  });
  const answer = await askCluster(tokenFor([address]), '/v1/join?dry-run=1', { name: 'ä' });
  expect(answer).toMatchObject({ status: 418, address });
  expect(publicKeyPin(answer.serverPem)).toBe(publicKeyPin(shown.certificate));
  expect(JSON.parse(answer.body)).toEqual({
    method: 'POST',
    url: '/v1/join?dry-run=1',
    type: 'application/json',
    body: '{"name":"ä"}',
  });
});

it('sends nothing to a server with another key, though the same authority signed it', async () => {
  let received = 0;
  const address = await serve((_, response) => void response.end(), others);
  server?.server.on('secureConnection', (socket) => {
    socket.on('data', (bytes: Buffer) => void (received += bytes.length));
  });
  const asked = askCluster(tokenFor([address, someLoopback()]), '/v1/join', { secret: 'x' });
  await expect(asked).rejects.toMatchObject({
    code: 'pin-mismatch',
    message: expect.stringContaining(address),
    why: expect.stringContaining(publicKeyPin(others.certificate)),
  });
  await server?.[Symbol.asyncDispose]();
  server = undefined;
  expect(received).toBe(0);
});

it('goes on to the next address where one is silent', async () => {
  const address = await serve((_, response) => void response.end('{}'));
  expect(await askCluster(tokenFor([someLoopback(), address]), '/v1/join', {})).toMatchObject({ address });
});

it('says what came of each address', async () => {
  const [closed, garbage] = [someLoopback(), someLoopback()];
  const rude = createServer((socket) => void socket.end('hello\n'));
  rude.listen(7701, garbage);
  await once(rude, 'listening');
  const error = await askCluster(tokenFor([closed, garbage]), '/v1/join', {}).catch(
    (thrown: unknown) => thrown,
  );
  rude.close();
  expect(error).toMatchObject({ code: 'peer-unreachable', next: expect.stringContaining('7700') });
  expect(error).toMatchObject({ why: expect.stringMatching(`${closed}: .*ECONNREFUSED.*; ${garbage}: .+`) });
});

it('a server that hangs up in the middle is told', async () => {
  const address = await serve((_, response) => void response.write('{', () => response.destroy()));
  await expect(askCluster(tokenFor([address]), '/v1/join', {})).rejects.toMatchObject({
    code: 'peer-unreachable',
    why: expect.stringContaining(address),
  });
});
