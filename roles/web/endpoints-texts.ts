import { readsAddress, writesAddress } from '../model/database-names.ts';
import { listen } from '../model/listen.ts';
import { type Slot, slotLine, slotName } from '../model/slots.ts';
import { lines, ownedBy } from '../model/text.ts';
import { endpointsCommand, endpointsConfig, endpointsSocket } from './endpoints.ts';

/** The databases as the proxy has them: all of them to be watched, and those that writes and reads go to. */
export const backends = ['servers', 'writes', 'reads'] as const;
export type Backend = (typeof backends)[number];
export type BackendSlots = Readonly<Record<Backend, readonly Slot[]>>;

export interface EndpointsInput {
  readonly maxConnections: number;
  readonly threads: number;
  readonly slots: BackendSlots;
}

/** Longer than MariaDB itself keeps an idle connection (wait_timeout, 8 h): who closes it is MariaDB's to say. */
const idleHours = 9;

/** What is under way in a process of a former configuration, which follows no change of the primary any more. */
const hardStopSeconds = 30;

/** endpoints.cfg, whole. */
export function endpointsText({ maxConnections, threads, slots }: EndpointsInput): string {
  return lines(
    ownedBy('web'),
    '',
    'global',
    '  log stdout format raw daemon notice',
    '  user haproxy',
    '  group haproxy',
    `  stats socket ${endpointsSocket} mode 600 level admin`,
    `  nbthread ${threads}`,
    `  maxconn ${maxConnections}`,
    `  hard-stop-after ${hardStopSeconds}s`,
    '  mworker-max-reloads 5',
    '',
    'defaults',
    '  mode tcp',
    '  log global',
    '  option dontlog-normal',
    '  balance leastconn',
    // Refused while MariaDB starts again, which takes half a second: asked again each second, and not told the client.
    '  timeout connect 1s',
    '  retries 3',
    `  timeout client ${idleHours}h`,
    `  timeout server ${idleHours}h`,
    '  timeout check 1s',
    '',
    ...servers(slots.servers),
    '',
    // One ready server, ever. Whoever is connected to a former one is cut off from it at once, and connects anew.
    ...tier('writes', [`${writesAddress}:${listen.database}`], slots.writes),
    '',
    ...tier(
      'reads',
      [`${writesAddress}:${listen.databaseReads}`, `${readsAddress}:${listen.database}`],
      slots.reads,
    ),
  );
}

/** Each database is asked once, whatever it is used for. Down after three silences, 4 s at the most. */
function servers(slots: readonly Slot[]): string[] {
  return [
    'backend servers',
    '  default-server check inter 1s fastinter 500ms downinter 500ms fall 3 rise 1',
    ...slots.map(slotLine),
  ];
}

function tier(name: Backend, addresses: readonly string[], slots: readonly Slot[]): string[] {
  return [
    `listen ${name}`,
    ...addresses.map((address) => `  bind ${address}`),
    '  default-server on-marked-down shutdown-sessions',
    ...slots.map((slot) => `${slotLine(slot)} track servers/${slotName(slot.number)}`),
  ];
}

/** The unit, which starts with the machine and comes back by itself. */
export function endpointsUnit(): string {
  const [program, ...words] = endpointsCommand;
  return lines(
    ownedBy('web'),
    '[Unit]',
    "Description=muster's way from this machine to its databases",
    'Documentation=man:haproxy(1)',
    'Wants=network-online.target',
    'After=network-online.target',
    'StartLimitIntervalSec=30',
    'StartLimitBurst=10',
    '',
    '[Service]',
    'Type=notify',
    'RuntimeDirectory=muster-endpoints',
    `ExecStart=${program} ${words.join(' ')}`,
    `ExecReload=/usr/sbin/haproxy -c -q -f ${endpointsConfig}`,
    'ExecReload=/bin/kill -USR2 $MAINPID',
    'KillMode=mixed',
    'SuccessExitStatus=143',
    'Restart=always',
    'RestartSec=100ms',
    `LimitNOFILE=${openFiles}`,
    '',
    '[Install]',
    'WantedBy=multi-user.target',
  );
}

/** Two for each connection of a thousand PHP workers to both endpoints, many times over. */
const openFiles = 65_536;
