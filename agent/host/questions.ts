import { request } from 'node:http';
import { connect } from 'node:net';
import type { Readable } from 'node:stream';
import { messageOf } from '../../roles/model/errors.ts';
import type { Answer, Question } from '../../roles/model/observed.ts';
import type { Questions } from '../../roles/model/ports.ts';

/** More of an answer than this is not read: health pages are short, and HAProxy's tables of slots are near 10 KiB. */
const longestAnswerBytes = 64 * 1024;

/** HAProxy answers its socket within milliseconds, or it hangs. */
const runtimeTimeoutMs = 2_000;

/** Asks servers on this machine. Every question takes a new connection, as every new user's would. */
export const systemQuestions: Questions = {
  async ask(question) {
    const timeoutMs = question.kind === 'http' ? question.timeoutMs : runtimeTimeoutMs;
    const signal = AbortSignal.timeout(timeoutMs);
    try {
      return await (question.kind === 'http' ? askHttp(question, signal) : askRuntime(question, signal));
    } catch (error) {
      return { ok: false, error: sentenceOf(question, error, signal.aborted ? timeoutMs : undefined) };
    }
  },
};

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
  const whom = question.kind === 'http' ? question.url : question.socket;
  if (timedOutMs !== undefined) return `${whom} did not answer within ${String(timedOutMs / 1000)} s`;
  return `${whom} does not answer: ${messageOf(error)}`;
}
