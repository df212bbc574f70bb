import { primaryName, readsAddress, replicasName, writesAddress } from '../model/database-names.ts';
import { nodeHostname } from '../model/node.ts';
import type { ServiceSpec } from '../model/service.ts';
import { lines, ownedBy } from '../model/text.ts';
import { carriersOf, selfOf, type View } from '../model/view.ts';

/** The file is the machine's; only what stands between our two marks is ours. */
export const hostsPath = '/etc/hosts';

const beginMark = '# muster: begin';
const endMark = '# muster: end';

/** Our block of the hosts file: every node by its id, which persists, and by its label, for people; and the databases. */
export function blockOf(view: View): string {
  const names = view.nodes.map(
    ({ record }) => `${record.address} ${nodeHostname(record.id)} ${record.name}.muster`,
  );
  return lines(beginMark, ownedBy('node'), names, databaseNames(view), endMark);
}

/**
 * Where this node finds the databases: a web node at its own endpoints, which follow the primary and leave out who lags;
 * any other at their addresses, by decisions alone, so that the file does not change with every delay.
 */
function databaseNames(view: View): string[] {
  if (selfOf(view).roles.includes('web')) {
    return [`${writesAddress} ${primaryName}`, `${readsAddress} ${replicasName}`];
  }
  const databases = carriersOf(view, 'db').map(({ record }) => record);
  const primary = databases.filter(({ id }) => id === view.database?.primary);
  const replicas = databases.filter((record) => !primary.includes(record));
  return [
    ...primary.map(({ address }) => `${address} ${primaryName}`),
    ...(replicas.length > 0 ? replicas : primary).map(({ address }) => `${address} ${replicasName}`),
  ];
}

/**
 * The text with our block in the place of the former one, or at the end where there was none. What is left of a block
 * that another hand has torn goes too: single marks, and lines that name nothing but `.muster`.
 */
export function withBlock(text: string, block: string): string {
  const { before, after } = aroundBlock(text);
  return [...before, block.trimEnd(), ...after, ''].join('\n');
}

/** The text as the machine has it without us. */
export function withoutBlock(text: string): string {
  const { before, after } = aroundBlock(text);
  return [...before, ...after, ''].join('\n');
}

function aroundBlock(text: string): {
  readonly before: readonly string[];
  readonly after: readonly string[];
} {
  const all = text.replace(/\n$/, '').split('\n');
  const begin = all.indexOf(beginMark);
  const end = begin === -1 ? -1 : all.indexOf(endMark, begin);
  const before = end === -1 ? all : all.slice(0, begin);
  const after = end === -1 ? [] : all.slice(end + 1);
  const foreign = (part: readonly string[]): string[] => part.filter((line) => !isTorn(line));
  return { before: foreign(before), after: foreign(after) };
}

function isTorn(line: string): boolean {
  const ours = [beginMark, endMark, ownedBy('node')];
  return ours.includes(line) || /^[\d.]+(\s+\S+\.muster)+$/.test(line);
}

/**
 * The unit of the etcd member. The limits keep a small machine usable: decisions come a few per minute, and must not
 * wait behind the disk of a busy database (IOWeight), nor be the first to go when memory runs out.
 */
export function unitText(service: ServiceSpec): string {
  const [program, ...flags] = service.foreground;
  const environment = Object.entries(service.environment ?? {});
  return lines(
    ownedBy('node'),
    '[Unit]',
    "Description=etcd, the store of muster's decisions",
    'Documentation=man:etcd(1)',
    'Wants=network-online.target',
    'After=network-online.target',
    'StartLimitIntervalSec=30',
    'StartLimitBurst=10',
    '',
    '[Service]',
    'Type=notify',
    `User=${service.user ?? 'root'}`,
    'StateDirectory=muster/etcd',
    'StateDirectoryMode=0700',
    environment.map(([name, value]) => `Environment=${name}=${value}`),
    [program, ...flags].map((part, at, all) => {
      const start = at === 0 ? 'ExecStart=' : '  ';
      return `${start}${part}${at === all.length - 1 ? '' : ' \\'}`;
    }),
    'Restart=always',
    'RestartSec=100ms',
    'LimitNOFILE=65536',
    'OOMScoreAdjust=-900',
    'MemoryHigh=128M',
    'IOWeight=500',
    '',
    '[Install]',
    'WantedBy=multi-user.target',
  );
}
