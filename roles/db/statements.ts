import type { GtidPosition } from '../model/database.ts';
import { listen } from '../model/listen.ts';
import { NodeId, nodeHostname } from '../model/node.ts';
import { databasePki } from './service.ts';

/** The texts that the server is told. What comes from outside into one of them is of a checked form, and quoted. */

/** muster's own tables, and the row by which a replica knows how far behind it is. */
export const ownTables = [
  'CREATE DATABASE IF NOT EXISTS muster',
  'CREATE TABLE IF NOT EXISTS muster.heartbeat (id TINYINT UNSIGNED NOT NULL PRIMARY KEY, at DATETIME(6) NOT NULL) ENGINE=InnoDB',
];

/**
 * Rows that signs of life take in turn. A replica that connected anew never acknowledges what it had received before;
 * the next commit that it does acknowledge ends that wait too, and must not stand behind it for the same row. With more
 * than a few that wait nobody acknowledges at all, and more would only pile up.
 */
export const heartbeatRows = 8;

/**
 * The primary's sign of life; on a server that takes no writes it does nothing, whatever the agent believes. It waits
 * for a row no longer than a second.
 */
export function heartbeat(count: number): readonly string[] {
  const row = String(count % heartbeatRows);
  return [
    'SET SESSION binlog_annotate_row_events = 0, innodb_lock_wait_timeout = 1',
    `INSERT INTO muster.heartbeat SELECT ${row}, UTC_TIMESTAMP(6) FROM DUAL WHERE @@global.read_only = 0 ON DUPLICATE KEY UPDATE at = VALUES(at)`,
  ];
}

/** An account without a password: its certificate has to name that node, and this cluster's authority has to say so. */
export function addAccount(node: NodeId): readonly string[] {
  const id = NodeId.parse(node);
  return [
    `CREATE USER IF NOT EXISTS '${id}'@'%' REQUIRE SUBJECT '/CN=${nodeHostname(id)}'`,
    `GRANT REPLICATION SLAVE ON *.* TO '${id}'@'%'`,
  ];
}

export function dropAccount(node: NodeId): string {
  return `DROP USER IF EXISTS '${NodeId.parse(node)}'@'%'`;
}

/** Who is in the middle of something hears an error, and calls again: where, his own proxy knows. */
const endSessions = [
  'BEGIN NOT ATOMIC',
  'DECLARE CONTINUE HANDLER FOR 1094 BEGIN END;',
  'FOR one IN (SELECT id FROM information_schema.PROCESSLIST',
  "WHERE user NOT IN ('root', 'system user', 'event_scheduler') AND command NOT LIKE 'Binlog Dump%'",
  "AND user NOT REGEXP '^n[a-z2-7]{12}$') DO KILL one.id; END FOR; END",
].join(' ');

/** Seconds that closing waits for statements under way; a move that cannot have them end is given up. */
const closeWaitSeconds = 3;

/**
 * No write is committed any more. Other than the sessions it waits for statements under way; a transaction that is only
 * open fails at its commit.
 */
export const close = [
  `SET SESSION lock_wait_timeout = ${closeWaitSeconds}`,
  'SET GLOBAL read_only = 1',
  endSessions,
];

export const acknowledgeOff = 'SET GLOBAL rpl_semi_sync_master_enabled = 0';
export const acknowledgeOn = 'SET GLOBAL rpl_semi_sync_master_enabled = 1';

/**
 * Ends the commits that wait for a word of a replica, if nothing was written since a position: they are done, and whoever
 * asked for them hears an error, as of a lost connection.
 */
export function endWaits(position: GtidPosition): string {
  return [
    'BEGIN NOT ATOMIC',
    'DECLARE CONTINUE HANDLER FOR 1094 BEGIN END;',
    `IF @@global.gtid_binlog_pos = '${position}' THEN`,
    'FOR one IN (SELECT id FROM information_schema.PROCESSLIST',
    "WHERE state = 'Waiting for semi-sync ACK from slave') DO KILL one.id; END FOR; END IF; END",
  ].join(' ');
}

/** The order matters: whoever writes does so under its number, and is acknowledged, from its first commit on. */
export function open(number: number, follows: boolean, acknowledged: boolean): readonly string[] {
  return [
    setServerId(number),
    ...(follows ? ['STOP SLAVE', 'RESET SLAVE ALL'] : []),
    acknowledged ? acknowledgeOn : acknowledgeOff,
    'SET GLOBAL read_only = 0',
  ];
}

/** Waits until the server has applied a position, or for so long. */
export function awaitPosition(position: GtidPosition, seconds: number): string {
  return `SELECT MASTER_GTID_WAIT('${position}', ${seconds})`;
}

/** What was received is applied before the threads stop: stopping throws away what was not. */
export function stopFollowing(received: GtidPosition): readonly string[] {
  return ['STOP SLAVE IO_THREAD', awaitPosition(received, applySeconds), 'STOP SLAVE'];
}

/** A replica in the readers' roster is at most seconds behind. */
const applySeconds = 10;

/** Follows a node over TLS, each side proved by its certificate; by name, so that its address may change. */
export function follow(self: NodeId, primary: NodeId): readonly string[] {
  const file = (name: string): string => `'${databasePki}/${name}'`;
  return [
    `CHANGE MASTER TO MASTER_HOST = '${nodeHostname(primary)}', MASTER_PORT = ${listen.database}, MASTER_USER = '${self}', ` +
      `MASTER_SSL = 1, MASTER_SSL_CA = ${file('ca.crt')}, MASTER_SSL_CERT = ${file('server.crt')}, ` +
      `MASTER_SSL_KEY = ${file('server.key')}, MASTER_SSL_VERIFY_SERVER_CERT = 1, ` +
      'MASTER_USE_GTID = slave_pos, MASTER_HEARTBEAT_PERIOD = 1, MASTER_CONNECT_RETRY = 1',
    'START SLAVE',
  ];
}

export function setServerId(number: number): string {
  return `SET GLOBAL server_id = ${number}`;
}

export function setPosition(position: GtidPosition): string {
  return `SET GLOBAL gtid_slave_pos = '${position}'`;
}
