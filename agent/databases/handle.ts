import * as z from 'zod';
import type { DecisionSet } from '../../coordinator/store/codec.ts';
import { MusterError } from '../../roles/model/errors.ts';
import { type DatabaseName, databaseSecret } from '../../roles/model/named-database.ts';
import type { Question } from '../../roles/model/observed.ts';
import type { Files, Questions } from '../../roles/model/ports.ts';
import type { View } from '../../roles/model/view.ts';
import { DatabaseSizes } from '../api/contract-databases.ts';
import type { DatabasesHandle } from '../api/handle.ts';
import type { PeerApi } from '../decisions/peer-api.ts';
import { sealedSecrets } from '../secrets/open.ts';

export interface DatabasesParts {
  readonly files: Files;
  readonly questions: Questions;
  readonly view: () => View | undefined;
  readonly source: { readonly peers: Pick<PeerApi, 'ask'>; known(): DecisionSet | undefined };
}

const sizesQuestion: Question = {
  kind: 'sql',
  statement: [
    'SELECT SCHEMA_NAME AS name, COALESCE(SUM(DATA_LENGTH + INDEX_LENGTH), 0) AS bytes',
    'FROM information_schema.SCHEMATA LEFT JOIN information_schema.TABLES ON TABLE_SCHEMA = SCHEMA_NAME',
    'GROUP BY SCHEMA_NAME',
  ].join(' '),
};

/** Numbers come as digits: a sum may be larger than JavaScript counts exactly, which no database of ours is. */
const SizeRows = z
  .array(z.object({ name: z.string(), bytes: z.coerce.number() }))
  .transform((rows) => Object.fromEntries(rows.map(({ name, bytes }) => [name, bytes])));

/** What is asked about databases beside the decisions. */
export function databasesHandle(parts: DatabasesParts): DatabasesHandle {
  const { files, questions, source } = parts;
  const ownSizes = async (): Promise<Readonly<Record<string, number>>> => {
    const answer = await questions.ask(sizesQuestion);
    return answer.ok ? SizeRows.parse(JSON.parse(answer.text)) : {};
  };
  return {
    ownSizes,
    sizes: async () => {
      const view = parts.view();
      const primary = view?.nodes.find(({ record }) => record.id === view.database?.primary)?.record;
      if (primary === undefined || view === undefined) return {};
      if (primary.id === view.self) return ownSizes();
      // Sizes are worth a moment and no error: the list tells the rest without them.
      const answer = await source.peers
        .ask(primary, { method: 'GET', path: '/v1/databases/sizes' })
        .catch(() => undefined);
      return answer?.status === 200 ? DatabaseSizes.parse(JSON.parse(answer.body)).bytes : {};
    },
    credentials: async (name) => {
      const revision = source.known()?.secretRevisions[databaseSecret(name)];
      if (revision === undefined) throw unknown(name);
      const secrets = sealedSecrets(files, () => source.known());
      const { user = name, password } = await secrets.open({ name: databaseSecret(name), revision });
      if (password === undefined) throw unknown(name);
      return { user, password };
    },
  };
}

function unknown(name: DatabaseName): MusterError {
  return new MusterError('not-found', {
    what: `there is no database ${name}`,
    why: 'none of this name was made, or it was dropped',
    next: 'muster db ls',
  });
}
