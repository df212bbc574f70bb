import { listen } from '../model/listen.ts';
import { lines, ownedBy } from '../model/text.ts';

/**
 * The configuration of glusterd (glusterd.vol as Debian's 10.3 ships it): bound to the node's own address, and the
 * parts of the volume on the few ports that the firewall knows.
 */
export function glusterdConfig(address: string): string {
  return lines(
    ownedBy('storage'),
    'volume management',
    '    type mgmt/glusterd',
    '    option working-directory /var/lib/glusterd',
    '    option transport-type socket',
    `    option transport.socket.bind-address ${address}`,
    `    option transport.socket.listen-port ${String(listen.volumes)}`,
    '    option transport.socket.keepalive-time 10',
    '    option transport.socket.keepalive-interval 2',
    '    option transport.socket.read-fail-log off',
    '    option ping-timeout 0',
    '    option event-threads 1',
    `    option base-port ${String(Math.min(...listen.bricks))}`,
    `    option max-port ${String(Math.max(...listen.bricks))}`,
    'end-volume',
  );
}

/** Says, by being there, that every file that lay here before the volume is known to it. */
export const adoptedMark =
  'Written by muster (role storage): the volume knows every file that lay here before it.\n';
