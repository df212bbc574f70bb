import { MusterError, messageOf } from '../../roles/model/errors.ts';
import type { Sql } from '../../roles/model/ports.ts';
import type { SqlConnection } from './sql-connection.ts';

/** As many as a cycle asks at a time; signs of life and looks find one of them free. */
const mostKept = 3;

/**
 * Runs statements on connections that are kept for the next ones: the server greets nobody several times a second. One
 * that is taken again is first made as if it were new, which also tells whether the server still has it.
 */
export class SqlSessions implements Sql {
  readonly #connect: () => Promise<SqlConnection>;
  #kept: SqlConnection[] = [];

  constructor(connect: () => Promise<SqlConnection>) {
    this.#connect = connect;
  }

  /** The rows of each statement. Rejects with `sql-failed` at the first one that fails; that connection is closed. */
  async run(statements: readonly string[], timeoutMs: number): Promise<readonly (readonly unknown[])[]> {
    let at = 'the connection';
    let connection: SqlConnection | undefined;
    try {
      connection = (await this.#takeKept()) ?? (await this.#connect());
      const results: (readonly unknown[])[] = [];
      for (const statement of statements) {
        at = statement;
        results.push(await connection.query(statement, timeoutMs));
      }
      this.#keep(connection);
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
  }

  /** Undefined where none is kept, or the server has ended since. */
  async #takeKept(): Promise<SqlConnection | undefined> {
    const kept = this.#kept.pop();
    try {
      await kept?.renew();
      return kept;
    } catch {
      // The others are of the same server.
      for (const one of [kept, ...this.#kept]) one?.destroy();
      this.#kept = [];
      return undefined;
    }
  }

  #keep(connection: SqlConnection): void {
    if (this.#kept.length >= mostKept) return connection.destroy();
    connection.rest();
    this.#kept.push(connection);
  }
}

/** Our own statements are known; what matters is which one it was. */
const shownCharacters = 60;

function shortened(statement: string): string {
  return statement.length <= shownCharacters ? statement : `${statement.slice(0, shownCharacters)}…`;
}
