import { MusterError, messageOf } from '../../roles/model/errors.ts';
import type { Sql } from '../../roles/model/ports.ts';

/** The database server of this machine. */
export const systemSql: Sql = {
  async run(statements, timeoutMs) {
    // Only a node that carries a database needs the library.
    const { connectSql } = await import('./sql-connection.ts');
    let at = 'the connection';
    let connection: Awaited<ReturnType<typeof connectSql>> | undefined;
    try {
      connection = await connectSql();
      const results: (readonly unknown[])[] = [];
      for (const statement of statements) {
        at = statement;
        const [rows] = await connection.query({ sql: statement, timeout: timeoutMs });
        results.push(Array.isArray(rows) ? rows : []);
      }
      await connection.end();
      return results;
    } catch (cause) {
      connection?.destroy();
      throw new MusterError('sql-failed', {
        what: `MariaDB did not carry out: ${shortened(at)}`,
        why: messageOf(cause),
        next: 'muster doctor; journalctl -u mariadb -n 20',
        cause,
      });
    }
  },
};

/** Our own statements are known; what matters is which one it was. */
const shownCharacters = 60;

function shortened(statement: string): string {
  return statement.length <= shownCharacters ? statement : `${statement.slice(0, shownCharacters)}…`;
}
