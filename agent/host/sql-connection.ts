import { connect } from 'node:net';
import { createConnection } from 'mysql2/promise';
import { sqlSocket } from '../../roles/db/service.ts';

/** A server that lives takes a connection within milliseconds; one that is full keeps a place for root. */
const connectTimeoutMs = 3_000;

/** A connection to a server, as much of it as is needed. */
export interface SqlConnection {
  /** The rows of a statement; none of one that has none. */
  query(statement: string, timeoutMs: number): Promise<readonly unknown[]>;
  /** Makes it as if it were new, where the server still has it. Rejects where it has not. */
  renew(): Promise<void>;
  /** Kept for later: a process that has nothing else to wait for may end. */
  rest(): void;
  destroy(): void;
}

/** A connection to this machine's server over its socket, where the kernel says who calls: root needs no password. */
export async function connectSql(): Promise<SqlConnection> {
  const socket = connect(sqlSocket);
  const connection = await createConnection({
    stream: socket,
    user: 'root',
    connectTimeout: connectTimeoutMs,
    // Texts as the server wrote them: no number is rounded, no date is moved into another time zone.
    supportBigNumbers: true,
    bigNumberStrings: true,
    dateStrings: true,
  });
  // A server that ends says so at a moment when nobody asks; who asks next finds out.
  connection.on('error', () => undefined);
  return {
    query: async (statement, timeoutMs) => {
      const [rows] = await connection.query({ sql: statement, timeout: timeoutMs });
      return Array.isArray(rows) ? rows : [];
    },
    renew: async () => {
      socket.ref();
      const late = setTimeout(() => socket.destroy(new Error('it is silent')), connectTimeoutMs);
      await connection.reset().finally(() => clearTimeout(late));
    },
    rest: () => {
      socket.unref();
    },
    destroy: () => connection.destroy(),
  };
}
