import { type Application, environmentSecret, fieldOf } from '../model/application.ts';
import { applicationPaths } from '../model/application-paths.ts';
import { listen } from '../model/listen.ts';
import { secretReference } from '../model/secret.ts';
import type { View } from '../model/view.ts';

/** Variables by their names; a value may be a reference to a secret (secret.ts). Its own come before muster's. */
export type Environment = Readonly<Record<string, string>>;

/** What an application finds in its environment on this node. */
export function environmentOf(view: View, application: Application): Environment {
  return { ...wired(view, application), ...own(view, application) };
}

/** Where its database, and what it writes, are to be found. */
function wired({ secrets = {} }: View, { name }: Application): Environment {
  const database = `db-${name}`;
  const revision = secrets[database];
  const field = (one: string): string => secretReference({ name: database, revision: revision ?? 0 }, one);
  return {
    SHARED_DIR: applicationPaths(name).shared,
    ...(revision === undefined
      ? {}
      : {
          DB_HOST: '127.0.0.1',
          DB_PORT: String(listen.database),
          DB_READ_PORT: String(listen.databaseReads),
          DB_NAME: field('name'),
          DB_USER: field('user'),
          DB_PASSWORD: field('password'),
        }),
  };
}

/** None until the secret is sealed to this node. */
function own({ secrets = {} }: View, { name, environment }: Application): Environment {
  const secret = environmentSecret(name);
  const revision = secrets[secret];
  if (revision === undefined) return {};
  return Object.fromEntries(
    environment.names.map((one) => [one, secretReference({ name: secret, revision }, fieldOf(one))]),
  );
}

/**
 * A text with references, as far as its readers are concerned: a secret that is only sealed to one more node has
 * another revision and the same content. Changes of content are counted by the application.
 */
export function withoutRevisions(text: string): string {
  return text.replaceAll(/\{\{secret (app-[a-z0-9-]+)@\d+ /g, '{{secret $1@ ');
}
