import { type Application, environmentSecret, fieldOf } from '../model/application.ts';
import { applicationPaths } from '../model/application-paths.ts';
import { writesAddress } from '../model/database-names.ts';
import { fingerprint } from '../model/fingerprint.ts';
import { listen } from '../model/listen.ts';
import { databaseSecret } from '../model/named-database.ts';
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
  const database = databaseSecret(name);
  const revision = secrets[database];
  const field = (one: string): string => secretReference({ name: database, revision: revision ?? 0 }, one);
  return {
    SHARED_DIR: applicationPaths(name).shared,
    ...(revision === undefined
      ? {}
      : {
          DB_HOST: writesAddress,
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
 * another revision and the same content. Changes of content are told by `contentOf`.
 */
export function withoutRevisions(text: string): string {
  return text.replaceAll(/\{\{secret ((?:app|db)-[a-z0-9-]+)@\d+ /g, '{{secret $1@ ');
}

/** Another text whenever the content of a secret in an application's environment is another, and only then. */
export function contentOf({ databases = [] }: View, { name, environment }: Application): string {
  const hash = databases.find((database) => database.name === name)?.passwordHash;
  const password = hash === undefined ? 'none' : fingerprint(hash).slice(0, 8);
  return `change ${String(environment.version)}, password ${password}`;
}
