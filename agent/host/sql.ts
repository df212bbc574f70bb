import type { Sql } from '../../roles/model/ports.ts';
import { SqlSessions } from './sql-sessions.ts';

/** The database server of this machine. Only a node that carries a database needs the library. */
export const systemSql: Sql = new SqlSessions(async () => (await import('./sql-connection.ts')).connectSql());
