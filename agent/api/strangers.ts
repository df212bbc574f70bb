import type { Server } from 'node:https';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';

/** A joiner's downloads, a browser's six connections, and as many again. */
const mostOfOneAddress = 16;

/**
 * Lets one address have so many connections that have shown no certificate of the cluster: whoever holds more open must
 * not keep the nodes from talking to each other.
 */
export function boundStrangers(server: Server): void {
  const open = new Map<string, Set<string>>();
  const forget = (address: string, id: string): void => {
    const ids = open.get(address);
    ids?.delete(id);
    if (ids?.size === 0) open.delete(address);
  };
  server.on('connection', (socket: Socket) => {
    const { address, id } = endOf(socket);
    const ids = open.get(address) ?? new Set();
    if (ids.size >= mostOfOneAddress) {
      socket.destroy();
      return;
    }
    open.set(address, ids.add(id));
    socket.once('close', () => forget(address, id));
  });
  server.on('secureConnection', (socket: TLSSocket) => {
    const { address, id } = endOf(socket);
    if (socket.authorized) forget(address, id);
  });
}

function endOf({ remoteAddress = '', remotePort = 0 }: Socket): { address: string; id: string } {
  return { address: remoteAddress, id: `${remoteAddress} ${String(remotePort)}` };
}
