import * as z from 'zod';
import { TokenId, TokenOptions } from '../../../roles/model/token.ts';
import { pasteLines } from '../../admission/paste-lines.ts';
import { bodyOf, jsonBody } from '../body.ts';
import {
  type InspectionReport,
  schemaVersion,
  TokenInspection,
  TokenPlace,
  type TokenReport,
  type TokensReport,
} from '../contract.ts';
import { decide } from '../decide.ts';
import { parse } from '../parse.ts';
import type { App, AppParts } from '../parts.ts';
import { told } from './nodes.ts';

/** As TokenRequest of the contract, its defaults filled in. */
const Asked = z.strictObject({ ...TokenOptions.shape, place: TokenPlace.optional() });

/** `/v1/tokens`: the lines by which machines join. */
export function tokenRoutes(app: App, { handle, access }: Pick<AppParts, 'handle' | 'access'>): void {
  app.get('/v1/tokens', (c) => {
    const tokens = handle.tokens().map(({ state, record }) => {
      const { id, createdAt, expiresAt, usesLeft, admitted } = record;
      return { id, state, createdAt, expiresAt, usesLeft, admitted };
    });
    return c.json({ schemaVersion, tokens } satisfies TokensReport);
  });

  app.post('/v1/tokens', ...jsonBody, async (c) => {
    const asked = await bodyOf(c, Asked);
    // The line is for the node that was asked first, whoever stores the token.
    const place = asked.place ?? (await handle.place());
    return decide(
      c,
      handle,
      async (decider): Promise<TokenReport> => {
        const { text: token, ...made } = await decider.createToken(asked, place);
        return { schemaVersion, ...made, token, lines: pasteLines(place, token) };
      },
      { ...asked, place },
    );
  });

  app.delete('/v1/tokens/:id', (c) => {
    const id = parse(TokenId, c.req.param('id'));
    return decide(c, handle, async (decider) => told(await decider.revokeToken(id)));
  });

  if (access === 'local') {
    app.post('/v1/tokens/inspect', ...jsonBody, async (c) => {
      const { token } = await bodyOf(c, TokenInspection);
      return c.json({ schemaVersion, ...handle.inspect(token) } satisfies InspectionReport);
    });
  }
}
