import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A proxy between apt and its mirror that serves a few packages and then breaks. */
export interface BreakingMirror extends AsyncDisposable {
  readonly port: number;
  /** Packages asked for so far. */
  readonly packages: number;
}

/** Passes everything on until `healthyPackages` packages went through; from then on each further one is cut. */
export async function openBreakingMirror(healthyPackages: number): Promise<BreakingMirror> {
  let packages = 0;
  const server = createServer((asked, answer) => {
    if (asked.url?.endsWith('.deb') === true) packages += 1;
    if (packages > healthyPackages) answer.destroy();
    else passOn(asked, answer);
  });
  server.listen(0);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    get packages() {
      return packages;
    },
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

function passOn(asked: IncomingMessage, answer: ServerResponse): void {
  const onward = request(asked.url ?? '', { method: asked.method, headers: asked.headers }, (answered) => {
    answer.writeHead(answered.statusCode ?? 502, answered.headers);
    answered.pipe(answer);
  });
  onward.on('error', () => answer.destroy());
  asked.pipe(onward);
}
