import { fingerprint } from '../model/fingerprint.ts';
import { lines, ownedBy } from '../model/text.ts';
import type { Door } from './doors.ts';
import { firewall, rulesPath } from './service.ts';

/** Our own table: no other is read, changed or flushed. */
export const tableName = 'muster';

const unitFile = `/etc/systemd/system/${firewall.unit}`;
export const firewallPaths = [rulesPath, unitFile] as const;

/** What the kernel's listing shows while these doors are in force. */
export function markOf(doors: readonly Door[]): string {
  return `muster ${fingerprint(doors)}`;
}

/**
 * The rules as nft takes them: the former table goes and the new one comes in one piece. Only the first packet of a
 * connection is looked at, so that established ones pass, and the kernel need not keep a record of every connection
 * that a balancer has. A stranger hears what it would hear if nothing listened.
 */
export function rulesText(doors: readonly Door[]): string {
  const ports = doors.map(({ port }) => String(port)).join(', ');
  return lines(
    ownedBy('node'),
    `table inet ${tableName}`,
    `delete table inet ${tableName}`,
    `table inet ${tableName} {`,
    ...doors.map(setOf),
    '  chain input {',
    '    type filter hook input priority filter; policy accept;',
    `    iifname "lo" accept comment "${markOf(doors)}"`,
    ...doors.map(({ port }) => `    tcp dport ${port} ip saddr @from_${port} accept`),
    doors.length > 0 &&
      `    tcp flags & (fin | syn | rst | ack) == syn tcp dport { ${ports} } reject with tcp reset`,
    '  }',
    '}',
  );
}

function setOf({ port, from }: Door): string[] {
  return [`  set from_${port} {`, '    type ipv4_addr', `    elements = { ${from.join(', ')} }`, '  }', ''];
}

/** The unit that sets the table before there is a network, after whatever flushes all tables at the start. */
export function firewallUnit(): string {
  const load = `/usr/sbin/nft -f ${rulesPath}`;
  return lines(
    ownedBy('node'),
    '[Unit]',
    "Description=muster's firewall: the ports of its services are open to its nodes alone",
    'Documentation=man:nft(8)',
    'DefaultDependencies=no',
    'Wants=network-pre.target',
    'Before=network-pre.target shutdown.target',
    'After=local-fs.target nftables.service',
    'Conflicts=shutdown.target',
    '',
    '[Service]',
    'Type=oneshot',
    'RemainAfterExit=yes',
    `ExecStart=${load}`,
    `ExecReload=${load}`,
    `ExecStop=-/usr/sbin/nft delete table inet ${tableName}`,
    '',
    '[Install]',
    'WantedBy=sysinit.target',
  );
}
