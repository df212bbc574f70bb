import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { Certificates } from '../../agent/api/certificates.ts';
import { type Authority, issueCertificate } from '../../agent/host/certificates.ts';
import { listen } from '../../roles/model/listen.ts';
import type { NodeId } from '../../roles/model/node.ts';

/** Some address of this machine alone: at 127.0.0.1 the port of the API may be another's. */
export function someLoopback(): string {
  return `127.${randomInt(64, 255)}.${randomInt(256)}.${randomInt(1, 255)}`;
}

/** What a node of this authority shows now. */
export async function certificatesFor(authority: Authority, nodeId: NodeId): Promise<Certificates> {
  const issued = await issueCertificate(authority, { nodeId, names: [], addresses: [], now: new Date() });
  return {
    certificate: issued.certificatePem,
    key: issued.privateKeyPem,
    authority: authority.certificatePem,
  };
}

/** What a server of a test does with a request. */
export type Answer = (request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

export interface LoopbackApi extends AsyncDisposable {
  readonly address: string;
  readonly server: Server;
}

/** An HTTPS server at the port of the API, on an address of its own; it asks for certificates and judges none. */
export async function loopbackApi(
  { certificate, key, authority }: Certificates,
  answer: Answer,
): Promise<LoopbackApi> {
  const options = { cert: certificate, key, ca: authority, requestCert: true, rejectUnauthorized: false };
  const server = createServer(options, (request, response) => void answer(request, response));
  const address = someLoopback();
  server.listen(listen.api, address);
  await once(server, 'listening');
  return {
    address,
    server,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
