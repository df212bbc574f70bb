import { listen } from '../model/listen.ts';
import { lines, ownedBy } from '../model/text.ts';
import { databasePki, dataDirectory, mariadb, sqlSocket } from './service.ts';
import type { DbSettings } from './settings.ts';

export interface ServerInput {
  readonly address: string;
  readonly ordinal: number;
  readonly bufferPoolMiB: number;
  readonly applyThreads: number;
  readonly ssd: boolean;
  readonly connections: number;
  readonly settings: DbSettings;
}

/** What can only be taken in by a restart of the server, which costs users a pause. */
export function fixedText({ address, ordinal, applyThreads, ssd }: ServerInput): string {
  return lines(
    '[mariadbd]',
    `bind_address = ${address}`,
    `port = ${listen.database}`,
    `socket = ${sqlSocket}`,
    `datadir = ${dataDirectory}`,
    'skip_name_resolve = 1',
    'character_set_server = utf8mb4',
    'collation_server = utf8mb4_unicode_ci',
    '# A start that nobody decided serves nobody: it takes no writes and follows nobody.',
    'read_only = 1',
    'skip_slave_start = 1',
    'event_scheduler = OFF',
    `server_id = ${ordinal}`,
    `log_bin = ${dataDirectory}/binlog`,
    `relay_log = ${dataDirectory}/relay`,
    'log_slave_updates = 1',
    'binlog_format = ROW',
    'gtid_strict_mode = 1',
    '# What was said to be committed is on the disk.',
    'sync_binlog = 1',
    'innodb_flush_log_at_trx_commit = 1',
    'sync_relay_log = 1',
    'innodb_flush_method = O_DIRECT',
    `innodb_flush_neighbors = ${ssd ? 0 : 1}`,
    'innodb_file_per_table = 1',
    '# A primary that is silent for 4 s is asked anew.',
    'slave_net_timeout = 4',
    `slave_parallel_threads = ${applyThreads}`,
    'slave_parallel_mode = optimistic',
    'rpl_semi_sync_master_enabled = 0',
    'rpl_semi_sync_slave_enabled = 0',
    'rpl_semi_sync_master_wait_point = AFTER_SYNC',
    'rpl_semi_sync_master_wait_no_slave = ON',
    '# Never silently without an acknowledgement: that is decided, and told.',
    'rpl_semi_sync_master_timeout = 18446744073709551615',
    'rpl_semi_sync_slave_kill_conn_timeout = 1',
    `ssl_ca = ${databasePki}/ca.crt`,
    `ssl_cert = ${databasePki}/server.crt`,
    `ssl_key = ${databasePki}/server.key`,
    'tls_version = TLSv1.2,TLSv1.3',
  );
}

/** What the running server takes over by a statement; here for its next start. */
function lastingText({ bufferPoolMiB, connections, settings }: ServerInput): string {
  return lines(
    `innodb_buffer_pool_size = ${bufferPoolMiB}M`,
    `max_connections = ${connections}`,
    `binlog_expire_logs_seconds = ${settings.binlogDays * 86_400}`,
  );
}

export function serverConfig(input: ServerInput): string {
  return `${ownedBy('db')}\n${fixedText(input)}${lastingText(input)}`;
}

/**
 * How the server judges what it finds half done after a crash: a primary keeps what it had begun to commit, whoever else
 * takes it back, since nobody was told that it was done.
 */
export function startRole(primary: boolean): string {
  return lines(ownedBy('db'), '[mariadbd]', `init_rpl_role = ${primary ? 'MASTER' : 'SLAVE'}`);
}

/** Debian's unit would bring a server back that was ended so that another may take over. */
export function unitDropIn(): string {
  return lines(
    ownedBy('db'),
    '[Unit]',
    "# Started by muster's agent, once the decisions say what it is to be.",
    '[Service]',
    'Restart=no',
    // It alters system tables behind the replication thread's back, and the two wait for each other for ever.
    'ExecStartPost=',
    'OOMScoreAdjust=-300',
  );
}

export const dropInPath = `/etc/systemd/system/${mariadb.unit}.d/50-muster.conf`;
