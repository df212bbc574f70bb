import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { createAuthority, issueCertificate } from '../../agent/host/certificates.ts';
import type { GatewayOptions } from '../../coordinator/store/etcd/gateway.ts';

/** What the fake says to a request; the body is parsed already. */
export type Reply = (path: string, body: unknown, response: ServerResponse) => void;

export interface FakeGateway {
  /** How to reach it. */
  readonly options: GatewayOptions;
  /** What it says from now on. */
  reply: Reply;
  close(): Promise<void>;
}

/** A server in the place of etcd's JSON gateway, on loopback, with certificates on both sides. */
export async function openFakeGateway(): Promise<FakeGateway> {
  const now = new Date();
  const authority = await createAuthority({ clusterName: 'fake', clusterId: 'c1', now });
  const node = await issueCertificate(authority, { nodeId: 'naaaaaaaaaaaa', names: [], addresses: [], now });
  const [ca, cert, key] = [authority.certificatePem, node.certificatePem, node.privateKeyPem];
  const fake: { reply: Reply } = { reply: (_path, _body, response) => response.end('{}') };
  const server = createServer({ ca, cert, key, requestCert: true }, (request, response) => {
    void bodyOf(request).then((body) => fake.reply(request.url ?? '', body, response));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return Object.assign(fake, {
    options: {
      host: '127.0.0.1',
      port,
      credentials: () => ({ authority: ca, certificate: cert, privateKey: key }),
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  });
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  for await (const part of request as AsyncIterable<Buffer>) parts.push(part);
  return JSON.parse(Buffer.concat(parts).toString('utf8'));
}
