import type { MiddlewareHandler } from 'hono';
import { MusterError } from '../../roles/model/errors.ts';
import { NodeId } from '../../roles/model/node.ts';
import { answerError } from './answer.ts';

/** What of a connection the app looks at; given by the server that took it. */
export interface Connection {
  readonly incoming?: {
    readonly socket?: {
      readonly authorized?: boolean;
      readonly remoteAddress?: string | undefined;
      getPeerCertificate?(): { readonly subject?: { readonly CN?: string | string[] } };
    };
  };
}

/** `local`: the socket that only root can open. `certified`: anyone on the network; members show a certificate. */
export type Access = 'local' | 'certified';

/**
 * Lets anyone read what is public and ask for admission; only nodes that are admitted now go further. A certificate
 * outlives a removal, so it is not enough. `strangeness`: why a node is no member; undefined for one that is.
 */
export function requireMember(
  strangeness: (node: NodeId) => string | undefined,
): MiddlewareHandler<{ Bindings: Connection }> {
  return async (c, next) => {
    if (isOpen(c.req.path)) return next();
    const node = certifiedNode(c.env);
    if (node === undefined) return answerError(c, uncertified(c.req.path), 401);
    const strange = strangeness(node);
    if (strange === undefined) return next();
    return answerError(c, noMember(node, strange), 403);
  };
}

/** The node that the connection's certificate of this cluster names. */
export function certifiedNode({ incoming }: Connection): NodeId | undefined {
  const socket = incoming?.socket;
  if (socket?.authorized !== true) return undefined;
  const name = socket.getPeerCertificate?.().subject?.CN;
  return NodeId.safeParse(typeof name === 'string' ? name.replace(/\.muster$/, '') : undefined).data;
}

const openPaths = new Set(['/', '/healthz', '/install.sh', '/v1/join', '/v1/renew']);

/** The payload asks for a token itself; a tombstone is no secret, and who is buried can show no certificate. */
function isOpen(path: string): boolean {
  return openPaths.has(path) || /^\/(docs|payload|v1\/tombstones)\//.test(path);
}

function uncertified(path: string): MusterError {
  return new MusterError('not-allowed', {
    what: `${path} is for members of the cluster, and no certificate of it was shown`,
    why: 'over the network everything but /healthz, /docs and joining needs a client certificate of the cluster',
    next: 'use the muster command on the machine itself',
  });
}

function noMember(node: NodeId, why: string): MusterError {
  return new MusterError('not-allowed', {
    what: `${node} is no member of this cluster`,
    why,
    next: `on that machine: muster uninstall, then join it with a new line of muster token create`,
  });
}
