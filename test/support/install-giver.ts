import { once } from 'node:events';
import { createReadStream, existsSync, readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createAuthority, issueCertificate, publicKeyPin } from '../../agent/host/certificates.ts';
import { encodeToken, type Token } from '../../roles/model/token.ts';

const nodeId = 'naaaaaaaaaaaa';

/** Where a token was made: gives install.sh and the payload over real TLS, to whoever shows the token. */
export class InstallGiver {
  /** Paths in the order in which they were asked for. */
  readonly asked: string[] = [];
  connections = 0;
  /** Another answer than the file's, by path. */
  readonly instead = new Map<string, (response: ServerResponse) => void>();
  readonly token: Token;
  readonly #server: Server;

  private constructor(server: Server, pin: string) {
    this.#server = server;
    this.token = {
      id: 'tabcdefghijkl',
      secret: Buffer.from('0123456789abcdef').toString('base64url'),
      clusterId: 'cabcdefghijkl',
      addresses: ['127.0.0.1'],
      pin,
      expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
    };
  }

  /** Serves what lies in the folder: `install.sh` and `payload`. */
  static async open(folder: string): Promise<InstallGiver> {
    const now = new Date();
    const authority = await createAuthority({ clusterName: 'muster', clusterId: 'cabcdefghijkl', now });
    const issued = await issueCertificate(authority, { nodeId, names: [], addresses: [], now });
    const server = createServer({ key: issued.privateKeyPem, cert: issued.certificatePem });
    const giver = new InstallGiver(server, publicKeyPin(issued.certificatePem));
    server.on('connection', () => giver.connections++);
    server.on('request', (request, response) => giver.#answer(folder, request, response));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return giver;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get pasted(): string {
    return encodeToken(this.token);
  }

  /** The line of `muster token create` for one of the two programs. */
  line(tool: string, pin = this.token.pin): string {
    const url = `https://127.0.0.1:${this.port}/install.sh`;
    const ask =
      tool === 'curl'
        ? `curl -fsSk --pinnedpubkey '${pin}' ${url}`
        : `wget -qO- --no-check-certificate --pinnedpubkey='${pin}' ${url}`;
    return `${ask} | sh -s -- --token ${this.pasted}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #answer(folder: string, request: IncomingMessage, response: ServerResponse): void {
    const path = request.url ?? '';
    this.asked.push(path);
    const file = join(folder, path);
    const shown = request.headers.authorization === `Muster ${this.token.id}.${this.token.secret}`;
    const other = this.instead.get(path);
    if (other !== undefined) other(response);
    else if (!existsSync(file)) response.writeHead(404).end();
    else if (path.startsWith('/payload/') && !shown) response.writeHead(403).end();
    else createReadStream(file).pipe(response);
  }
}

/** Half of a file, and then nothing more: the machine is gone. */
export function cutShort(file: string): (response: ServerResponse) => void {
  return (response) => {
    const bytes = readFileSync(file);
    response.writeHead(200, { 'content-length': bytes.length });
    response.write(bytes.subarray(0, bytes.length / 2), () => response.destroy());
  };
}

/** The API's way of refusing. */
export function refusing(
  status: number,
  error: { readonly what: string; readonly why: string; readonly next: string },
): (response: ServerResponse) => void {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ error: { code: 'token-refused', ...error } }));
  };
}
