import { readdir } from 'node:fs/promises';
import { request } from 'node:http';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { Readable } from 'node:stream';
import { MusterError, messageOf } from '../../roles/model/errors.ts';
import type { Answer, Question } from '../../roles/model/observed.ts';
import type { CommandResult, Questions } from '../../roles/model/ports.ts';
import { systemCommands } from './commands.ts';
import { askMount } from './mount-probe.ts';
import { ifThere } from './refusal.ts';
import { systemSql } from './sql.ts';

/** More of an answer than this is not read: health pages are short, and HAProxy's tables of slots are near 10 KiB. */
const longestAnswerBytes = 64 * 1024;

/** nft answers within milliseconds, as does a memcached, or it hangs. */
const ownTimeoutMs = 2_000;

/**
 * HAProxy too; but a machine whose every core is wanted twenty times over takes seconds for each answer, and giving up
 * leaves a new roster half carried out.
 */
const runtimeTimeoutMs = 10_000;

/** A database under load is slow before it is gone. */
const sqlTimeoutMs = 10_000;

/** Asks servers on this machine. Every question but those to the database takes a new connection, as a new user's would. */
export const systemQuestions: Questions = {
  async ask(question) {
    const timeoutMs = timeoutOf(question);
    const signal = AbortSignal.timeout(timeoutMs);
    try {
      return await answerTo(question, signal);
    } catch (error) {
      return { ok: false, error: sentenceOf(question, error, signal.aborted ? timeoutMs : undefined) };
    }
  },
};

function timeoutOf(question: Question): number {
  if (question.kind === 'sql') return sqlTimeoutMs;
  if (question.kind === 'runtime') return runtimeTimeoutMs;
  return 'timeoutMs' in question ? question.timeoutMs : ownTimeoutMs;
}

function answerTo(question: Question, signal: AbortSignal): Promise<Answer> {
  switch (question.kind) {
    case 'http':
      return askHttp(question, signal);
    case 'runtime':
      return askRuntime(question, signal);
    case 'address':
      return Promise.resolve(interfaceOf(question.address));
    case 'directory':
      return listDirectory(question.path);
    case 'table':
      return listTable(question, signal);
    case 'mount':
      return askMount(question);
    case 'program':
      return askProgram(question, signal);
    case 'pool':
      return askPool(question, signal);
    case 'sql':
      return askSql(question.statement);
  }
}

function askHttp(question: Extract<Question, { kind: 'http' }>, signal: AbortSignal): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request(question.url, { agent: false, headers: question.headers, signal }, (response) => {
      readText(response).then((text) => {
        resolve({ ok: true, status: response.statusCode ?? 0, text });
        response.destroy();
      }, reject);
    });
    asked.on('error', reject);
    asked.end();
  });
}

/** One command, one answer, then HAProxy closes. It has no codes of its own: what came is status 200. */
async function askRuntime(
  { socket, command }: Extract<Question, { kind: 'runtime' }>,
  signal: AbortSignal,
): Promise<Answer> {
  const connection = connect({ path: socket, signal });
  try {
    connection.end(`${command}\n`);
    return { ok: true, status: 200, text: await readText(connection) };
  } finally {
    connection.destroy();
  }
}

/** Its plainest question, or the one for its counters, over a new connection. */
async function askPool(
  { address, port, statistics }: Extract<Question, { kind: 'pool' }>,
  signal: AbortSignal,
): Promise<Answer> {
  const connection = connect({ host: address, port, signal });
  try {
    connection.write(`${statistics === true ? 'stats' : 'version'}\r\nquit\r\n`);
    const said = (await readText(connection)).trim();
    if (statistics === true && said.startsWith('STAT ')) return { ok: true, status: 200, text: said };
    if (said.startsWith('VERSION ')) return { ok: true, status: 200, text: said.slice('VERSION '.length) };
    return { ok: false, error: `what answers at ${address}:${String(port)} is no memcached` };
  } finally {
    connection.destroy();
  }
}

function interfaceOf(address: string): Answer {
  const found = Object.entries(networkInterfaces()).find(([, infos]) =>
    infos?.some((info) => info.address === address),
  );
  if (found === undefined) return { ok: false, error: `${address} is on no interface of this machine` };
  return { ok: true, status: 200, text: found[0] };
}

async function listDirectory(path: string): Promise<Answer> {
  const names = await ifThere(() => readdir(path));
  return { ok: true, status: 200, text: (names ?? []).sort().join('\n') };
}

async function listTable(
  { family, table }: Extract<Question, { kind: 'table' }>,
  signal: AbortSignal,
): Promise<Answer> {
  const argv = ['/usr/sbin/nft', 'list', 'table', family, table] as const;
  const { exitCode, stdout, stderr } = await runInTime(argv, signal);
  return { ok: true, status: exitCode, text: exitCode === 0 ? stdout : stderr };
}

async function askProgram(
  { argv }: Extract<Question, { kind: 'program' }>,
  signal: AbortSignal,
): Promise<Answer> {
  const { exitCode, stdout, stderr } = await runInTime(argv, signal);
  return { ok: true, status: exitCode, text: exitCode === 0 ? stdout : `${stdout}${stderr}` };
}

/** The exit code of a program that was ended because it was late is none of its own. */
async function runInTime(argv: readonly [string, ...string[]], signal: AbortSignal): Promise<CommandResult> {
  const result = await systemCommands.run(argv, { signal });
  signal.throwIfAborted();
  return result;
}

async function askSql(statement: string): Promise<Answer> {
  // The server itself gives up first: questions must not pile up in one that hangs.
  const limit = `SET SESSION max_statement_time = ${(sqlTimeoutMs - 1_000) / 1_000}`;
  const [, rows] = await systemSql.run([limit, statement], sqlTimeoutMs);
  return { ok: true, status: 200, text: JSON.stringify(rows) };
}

async function readText(stream: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes >= longestAnswerBytes) break;
  }
  return Buffer.concat(chunks).subarray(0, longestAnswerBytes).toString('utf8');
}

function sentenceOf(question: Question, error: unknown, timedOutMs: number | undefined): string {
  const whom = whomOf(question);
  if (timedOutMs !== undefined) return `${whom} did not answer within ${String(timedOutMs / 1000)} s`;
  const why = error instanceof MusterError ? error.why : messageOf(error);
  return `${whom} does not answer: ${why}`;
}

function whomOf(question: Question): string {
  switch (question.kind) {
    case 'http':
      return question.url;
    case 'runtime':
      return question.socket;
    case 'address':
      return 'the kernel';
    case 'directory':
      return question.path;
    case 'table':
      return 'nft';
    case 'mount':
      return question.path;
    case 'program':
      return question.argv.join(' ');
    case 'pool':
      return `memcached at ${question.address}`;
    case 'sql':
      return 'MariaDB';
  }
}
