import { type Connection, createConnection } from 'mysql2/promise';
import { sqlSocket } from '../../roles/db/service.ts';

/** A server that lives takes a connection within milliseconds; one that is full keeps a place for root. */
const connectTimeoutMs = 3_000;

/** A connection to this machine's server over its socket, where the kernel says who calls: root needs no password. */
export function connectSql(): Promise<Connection> {
  return createConnection({
    socketPath: sqlSocket,
    user: 'root',
    connectTimeout: connectTimeoutMs,
    // Texts as the server wrote them: no number is rounded, no date is moved into another time zone.
    supportBigNumbers: true,
    bigNumberStrings: true,
    dateStrings: true,
  });
}
