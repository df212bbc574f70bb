import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { text } from 'node:stream/consumers';
import type * as z from 'zod';
import { errorFromAnswer, notUnderstood, unreachable } from './client-errors.ts';

/** A plan observes the whole machine first; all else answers within milliseconds. */
export const timeoutMs = 60_000;

/** What a request changes. */
export interface Change {
  readonly method: 'PUT' | 'POST' | 'DELETE';
  readonly body?: object;
}

/** Sends one request, with a body as JSON where there is one. */
export async function send(options: RequestOptions, body?: object): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const headers = body === undefined ? {} : { 'content-type': 'application/json' };
  const request = httpRequest({ ...options, headers }, resolve);
  request.on('error', reject);
  request.on('timeout', () => request.destroy(new Error(`no answer within ${String(timeoutMs / 1000)} s`)));
  request.end(body === undefined ? undefined : JSON.stringify(body));
  try {
    return await promise;
  } catch (error) {
    throw unreachable(error);
  }
}

/** The body of a good answer; throws what the agent says otherwise. */
export async function answerOf(response: IncomingMessage): Promise<string> {
  const body = await text(response).catch((error: unknown) => {
    throw unreachable(error);
  });
  const status = response.statusCode ?? 0;
  if (status >= 200 && status < 300) return body;
  throw errorFromAnswer(status, body);
}

/** A body by its schema; throws where the two do not fit. */
export function parse<Report>(schema: z.ZodType<Report>, path: string, body: string): Report {
  try {
    return schema.parse(JSON.parse(body));
  } catch (error) {
    throw notUnderstood(path, error);
  }
}
