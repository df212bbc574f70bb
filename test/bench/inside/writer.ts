import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { type Connection, createConnection, type RowDataPacket } from 'mysql2/promise';

/**
 * Runs on a lab machine, as one file with mysql2 in it: `node writer.mjs CREDENTIALS SECONDS` writes 200 rows a second by
 * the local endpoint, and prints what became of them. As many a second whatever comes back; nothing is tried twice.
 */

const writesPerSecond = 200;
const timeoutMs = 10_000;

const [, , credentials = '', seconds = ''] = process.argv;
const account = JSON.parse(readFileSync(credentials, 'utf8')) as {
  readonly user: string;
  readonly password: string;
};

const idle: Connection[] = [];
const acknowledged = new Set<string>();
const kinds: Record<string, number> = {};
let longestPauseMs = 0;
let lastMs = performance.now();

async function connection(): Promise<Connection> {
  const { user, password } = account;
  const made = await createConnection({
    host: '127.0.0.1',
    port: 3306,
    user,
    password,
    database: user,
    connectTimeout: timeoutMs,
  });
  // One that is cut off while it is idle is told by its next use.
  made.on('error', () => undefined);
  return made;
}

async function write(id: string): Promise<void> {
  let used: Connection | undefined;
  try {
    used = idle.pop() ?? (await connection());
    await used.execute({ sql: 'INSERT INTO written VALUES (?)', timeout: timeoutMs }, [id]);
    idle.push(used);
    acknowledged.add(id);
    longestPauseMs = Math.max(longestPauseMs, performance.now() - lastMs);
    lastMs = performance.now();
  } catch (error) {
    used?.destroy();
    const { code = String(error) } = error as { readonly code?: string };
    kinds[code] = (kinds[code] ?? 0) + 1;
  }
}

async function lost(run: string): Promise<number> {
  const reader = await connection();
  const [rows] = await reader.query<RowDataPacket[]>('SELECT id FROM written WHERE id LIKE ?', [`${run}-%`]);
  await reader.end();
  const there = new Set(rows.map((row) => String(row['id'])));
  return [...acknowledged].filter((id) => !there.has(id)).length;
}

const run = Date.now().toString(36);
const setUp = await connection();
await setUp.query('CREATE TABLE IF NOT EXISTS written (id VARCHAR(40) PRIMARY KEY)');
idle.push(setUp);
const writing = new Set<Promise<void>>();
const begunMs = performance.now();
lastMs = begunMs;
for (let count = 0; count < Number(seconds) * writesPerSecond; count += 1) {
  const one: Promise<void> = write(`${run}-${count}`).finally(() => writing.delete(one));
  writing.add(one);
  const nextMs = begunMs + ((count + 1) * 1_000) / writesPerSecond;
  await pause(Math.max(0, nextMs - performance.now()));
}
await Promise.all(writing);
const failed = Object.values(kinds).reduce((sum, count) => sum + count, 0);
const report = { acknowledged: acknowledged.size, failed, kinds, longestPauseMs, lost: await lost(run) };
process.stdout.write(`${JSON.stringify(report)}\n`);
process.exit(0);
