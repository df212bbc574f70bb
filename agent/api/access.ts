import type { MiddlewareHandler } from 'hono';
import { MusterError } from '../../roles/model/errors.ts';
import { answerError } from './answer.ts';

/** What of a connection the app looks at; given by the server that took it. */
export interface Connection {
  readonly incoming?: { readonly socket?: { readonly authorized?: boolean } };
}

/** `local`: the socket that only root can open. `certified`: anyone on the network; members show a certificate. */
export type Access = 'local' | 'certified';

/** Lets anyone read what is public, and only holders of a certificate of the cluster's CA go further. */
export function requireCertificate(): MiddlewareHandler<{ Bindings: Connection }> {
  return async (c, next) => {
    if (isOpen(c.req.path) || c.env.incoming?.socket?.authorized === true) return next();
    const error = new MusterError('not-allowed', {
      what: `${c.req.path} is for members of the cluster, and no certificate of it was shown`,
      why: 'over the network everything but /healthz and /docs needs a client certificate of the cluster',
      next: 'use the muster command on the machine itself',
    });
    return answerError(c, error, 401);
  };
}

function isOpen(path: string): boolean {
  return path === '/' || path === '/healthz' || path.startsWith('/docs/');
}
