import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { MusterError } from '../../roles/model/errors.ts';
import { askedByNode } from './contract.ts';
import type { Decider } from './decider.ts';
import type { AgentHandle } from './handle.ts';

const methods = { POST: 'POST', PUT: 'PUT', DELETE: 'DELETE' } as const;

/** Has a word carried out: here where the decisions are kept, else by a voter, whose answer is passed back. */
export async function decide<Report extends object>(
  c: Context,
  handle: Pick<AgentHandle, 'decider' | 'passOn'>,
  run: (decider: Decider) => Promise<Report>,
  body?: unknown,
): Promise<Response> {
  const decider = handle.decider();
  if (decider !== undefined) return c.json(await run(decider));
  if (c.req.header(askedByNode) !== undefined) throw notHere();
  const { pathname, search } = new URL(c.req.url);
  const answer = await handle.passOn({
    method: methods[c.req.method as keyof typeof methods],
    path: `${pathname}${search}`,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  c.header('content-type', 'application/json');
  return c.body(answer.body, answer.status as ContentfulStatusCode);
}

function notHere(): MusterError {
  return new MusterError('store-unreachable', {
    what: 'this node does not keep the decisions',
    why: 'the node that asked takes it for a voter: one of the two knows an old state of things',
    next: 'the same command again in a moment; muster status on both nodes if it stays so',
  });
}
