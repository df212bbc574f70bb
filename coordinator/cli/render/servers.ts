import type { ServersReport } from '../../../agent/api/contract-server.ts';
import { table } from './table.ts';
import { oneLine, type Paint } from './text.ts';
import { beforeOrAfter } from './time.ts';

/** The database servers, one a line, and what was decided about them. */
export function renderServers({ decision, servers }: ServersReport, now: Date, paint: Paint): string {
  if (decision === undefined) return 'No primary was chosen yet: muster status says what is waited for.\n';
  const nameOf = (id: string): string => servers.find(({ server }) => server.node === id)?.name ?? id;
  const since = beforeOrAfter(new Date(decision.since), now);
  const head = `${nameOf(decision.primary)} takes the writes, since ${since} (epoch ${String(decision.epoch)}).`;
  const { move } = decision;
  const moving =
    move === undefined ? [] : [`${paint('yellow', '!')} The writes are being moved to ${nameOf(move.to)}.`];
  const columns = [
    { title: 'NODE' },
    { title: 'ADDRESS' },
    { title: 'SERVES' },
    { title: 'ACKS' },
    { title: 'BEHIND', right: true },
    { title: 'POSITION' },
  ];
  const rows = servers.map(({ name, address, acker, server }) => [
    name,
    address,
    paint(server.serves === 'primary' || server.serves === 'replica' ? 'green' : 'yellow', server.serves),
    acker ? 'yes' : '',
    server.lagSeconds === undefined ? '' : `${server.lagSeconds.toFixed(1)} s`,
    server.position ?? oneLine(server.why ?? ''),
  ]);
  const [titles = '', ...lines] = table(columns, rows);
  const troubles = servers.flatMap(({ name, server }) =>
    server.why === undefined || server.position === undefined
      ? []
      : [`${paint('yellow', '!')} ${name}: ${oneLine(server.why)}`],
  );
  return `${[head, ...moving, paint('dim', titles), ...lines, ...troubles].join('\n')}\n`;
}
