import { MusterError } from '../../../roles/model/errors.ts';
import { NodeId } from '../../../roles/model/node.ts';
import { RenewRequest } from '../../admission/renewal.ts';
import { JoinRequest } from '../../admission/request.ts';
import { bodyOf, isDryRun, jsonBody } from '../body.ts';
import { decide } from '../decide.ts';
import { parse } from '../parse.ts';
import type { App, AppParts } from '../parts.ts';

/** What a machine asks that is no member yet, or whose certificate has ended. Each asks for its own proof. */
export function joinRoutes(app: App, { handle }: Pick<AppParts, 'handle'>): void {
  app.get('/install.sh', async (c) => fileAnswer(await handle.payload.open('install.sh'), c.req.path));

  app.get('/payload/*', async (c) => {
    const { tokenId, secret } = tokenIn(c.req.header('authorization'));
    handle.requireToken(tokenId, secret);
    return fileAnswer(await handle.payload.open(c.req.path.slice('/payload/'.length)), c.req.path);
  });

  app.post('/v1/join', ...jsonBody, async (c) => {
    const request = await bodyOf(c, JoinRequest);
    // Whoever has no token costs nobody a question to the store.
    handle.requireToken(request.tokenId, request.secret);
    if (!isDryRun(c)) return decide(c, handle, (decider) => decider.join(request), request);
    return decide(c, handle, (decider) => decider.reviewJoin(request), request);
  });

  app.post('/v1/renew', ...jsonBody, async (c) => {
    const request = await bodyOf(c, RenewRequest);
    // Before anybody else is bothered with it.
    await handle.requireRenewer(request);
    return decide(c, handle, (decider) => decider.renew(request), request);
  });

  app.get('/v1/tombstones/:node', (c) => {
    const tombstone = handle.tombstone(parse(NodeId, c.req.param('node')));
    if (tombstone === undefined) throw notFound(c.req.path, 'no node of this id was removed');
    return c.json(tombstone);
  });
}

/** `Authorization: Muster <token id>.<secret>` */
function tokenIn(header: string | undefined): { tokenId: string; secret: string } {
  const [, tokenId, secret] = /^Muster ([a-z0-9]{1,32})\.([\w-]{1,64})$/.exec(header ?? '') ?? [];
  if (tokenId !== undefined && secret !== undefined) return { tokenId, secret };
  throw new MusterError('token-refused', {
    what: 'no token was shown',
    why: 'the payload is for machines that join',
    next: 'muster token create, on a node of the cluster, and paste its whole line',
  });
}

function fileAnswer(
  file: { readonly bytes: number; readonly stream: ReadableStream } | undefined,
  path: string,
): Response {
  if (file === undefined)
    throw notFound(path, 'this node was not installed from a payload, or it has no such file');
  const headers = { 'content-type': 'application/octet-stream', 'content-length': String(file.bytes) };
  return new Response(file.stream, { headers });
}

function notFound(path: string, why: string): MusterError {
  return new MusterError('not-found', {
    what: `there is no ${path}`,
    why,
    next: 'muster status, on the node',
  });
}
