import type { CredentialsReport, DatabasesReport } from '../../../agent/api/contract-databases.ts';
import { table } from './table.ts';
import { oneLine, type Paint } from './text.ts';
import { beforeOrAfter } from './time.ts';

/** The databases that were decided, one a line. */
export function renderDatabases({ databases, trouble }: DatabasesReport, now: Date, paint: Paint): string {
  const note =
    trouble === undefined
      ? ''
      : `${paint('yellow', '!')} Nothing is made or dropped now: ${oneLine(trouble)}\n`;
  if (databases.length === 0) return `${note}There is no database. To make one: muster db create NAME\n`;
  const columns = [
    { title: 'DATABASE' },
    { title: 'STATE' },
    { title: 'MADE' },
    { title: 'SIZE', right: true },
  ];
  const rows = databases.map(({ name, state, createdAt, bytes }) => [
    name,
    paint(state === 'ready' ? 'green' : 'yellow', state),
    beforeOrAfter(new Date(createdAt), now),
    sizeOf(bytes),
  ]);
  const [titles = '', ...lines] = table(columns, rows);
  return `${note}${[paint('dim', titles), ...lines].join('\n')}\n`;
}

/** What to do with a database that was just made. */
export function renderConnection(name: string, sentence: string): string {
  return [
    `${oneLine(sentence)}.`,
    'On every web node: host 127.0.0.1, port 3306 for writes, port 3307 for reads.',
    `Its account and password: muster db credentials ${name}`,
    `To try it: muster db shell ${name}`,
    '',
  ].join('\n');
}

/** As an application takes them, by the names that muster itself gives them. */
export function renderCredentials(report: CredentialsReport): string {
  const { name, user, password, host, port, readPort } = report;
  const lines = {
    DB_HOST: host,
    DB_PORT: String(port),
    DB_READ_PORT: String(readPort),
    DB_NAME: name,
    DB_USER: user,
    DB_PASSWORD: password,
  };
  return Object.entries(lines)
    .map(([key, value]) => `${key}=${oneLine(value)}\n`)
    .join('');
}

const bytesPerKibibyte = 1024;
const bytesPerMebibyte = 1024 * bytesPerKibibyte;

/** Bytes for people. */
export function sizeOf(bytes: number | undefined): string {
  if (bytes === undefined) return 'an unknown amount';
  if (bytes < bytesPerMebibyte) return `${String(Math.ceil(bytes / bytesPerKibibyte))} KiB`;
  const mebibytes = bytes / bytesPerMebibyte;
  return mebibytes < 1024 ? `${mebibytes.toFixed(1)} MiB` : `${(mebibytes / 1024).toFixed(1)} GiB`;
}
