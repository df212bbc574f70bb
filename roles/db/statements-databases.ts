import { DatabaseName, PasswordHash } from '../model/named-database.ts';

/** Statements about databases of applications. A name of the checked form needs no more than its quotes. */

/** Every character there is, compared as people compare; what applications of today ask for themselves. */
const characters = 'CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci';

export function createDatabase(name: DatabaseName): string {
  return `CREATE DATABASE IF NOT EXISTS \`${DatabaseName.parse(name)}\` ${characters}`;
}

/** The passwords by which the account signs in, by their hashes; any of them. */
export function setPasswords(name: DatabaseName, hashes: readonly string[]): readonly string[] {
  const account = accountOf(name);
  const ways = hashes.map((hash) => `mysql_native_password USING '${PasswordHash.parse(hash)}'`);
  const signsIn = `IDENTIFIED VIA ${ways.join(' OR ')}`;
  return [`CREATE USER IF NOT EXISTS ${account} ${signsIn}`, `ALTER USER ${account} ${signsIn}`];
}

/** All that can be done within this one database, and nothing beyond: an account must not write to a closed server. */
export function grantDatabase(name: DatabaseName): string {
  return `GRANT ALL PRIVILEGES ON \`${DatabaseName.parse(name)}\`.* TO ${accountOf(name)}`;
}

/** The account first: nobody makes the database anew in between. */
export function dropDatabase(name: DatabaseName): readonly string[] {
  return [
    `DROP USER IF EXISTS ${accountOf(name)}`,
    `DROP DATABASE IF EXISTS \`${DatabaseName.parse(name)}\``,
  ];
}

/** From any of the cluster's machines: the firewall says which these are. */
function accountOf(name: DatabaseName): string {
  return `'${DatabaseName.parse(name)}'@'%'`;
}
