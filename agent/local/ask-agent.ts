import { request } from 'node:http';
import type { AskAgent } from './parts.ts';

/** The agent answers from memory; one that takes longer hangs. */
const timeoutMs = 5_000;

/** What changes decisions may have to be passed on to another node (20 s), and written there. */
const changeTimeoutMs = 25_000;

/** Asks the agent behind a local socket. Silence and anything but JSON are undefined, never an error. */
export function askThrough(socketPath: string): AskAgent {
  return (path, asked) => {
    const { promise, resolve } = Promise.withResolvers<unknown>();
    const timeout = asked === undefined ? timeoutMs : changeTimeoutMs;
    const call = request({ socketPath, path, method: asked?.method ?? 'GET', timeout }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve(jsonOf(Buffer.concat(chunks).toString('utf8'))));
      response.on('error', () => resolve(undefined));
    });
    call.on('timeout', () => call.destroy());
    call.on('error', () => resolve(undefined));
    call.on('close', () => resolve(undefined));
    call.end();
    return promise;
  };
}

/** Undefined for what is no JSON. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
