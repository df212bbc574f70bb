import {
  applicationNamed,
  beginRelease,
  beginRollback,
  changeVariables,
  createApplication,
  removeApplication,
} from '../../coordinator/brain/application-verbs.ts';
import { domainsWithout, requestCertificate } from '../../coordinator/brain/certificates.ts';
import { type Change, together } from '../../coordinator/brain/change.ts';
import { decode } from '../../coordinator/store/codec.ts';
import { secretKey } from '../../coordinator/store/keys.ts';
import { environmentSecret, fieldOf } from '../../roles/model/application.ts';
import { certificateNameFor } from '../../roles/model/certificate.ts';
import { MusterError } from '../../roles/model/errors.ts';
import type { Clock, Files, Snapshot } from '../../roles/model/ports.ts';
import type { SecretFields } from '../../roles/model/secret.ts';
import type { View } from '../../roles/model/view.ts';
import type { ApplicationDecider } from '../api/application-words.ts';
import type { ApplicationCreation, EnvironmentChange } from '../api/contract-apps.ts';
import { applicationDatabaseChange } from '../databases/change.ts';
import { openFields } from '../secrets/open.ts';
import { secretChange } from '../secrets/put.ts';
import { requireAgreement } from './agreement.ts';
import { sayChange, type WordParts } from './word.ts';

export interface ApplicationDeciderParts extends WordParts {
  readonly files: Files;
  readonly clock: Clock;
}

/** An operator's words on applications, carried out where the decisions are kept. */
export function applicationDecider(parts: ApplicationDeciderParts): ApplicationDecider {
  const { clock } = parts;
  const begin = async (
    decide: (snapshot: Snapshot) => Change & { readonly release: string },
  ): Promise<{ release: string; sentence: string }> => {
    let release = '';
    const sentence = await sayChange(parts, false, (_view, snapshot) => {
      const change = decide(snapshot);
      release = change.release;
      return change;
    });
    return { release, sentence };
  };
  return {
    create: (creation) =>
      sayChange(parts, false, (view, snapshot) => created(view, snapshot, creation, clock.now())),
    remove: (name) => sayChange(parts, false, (_view, snapshot) => removed(snapshot, name)),
    release: (name, facts, from) =>
      begin((snapshot) => beginRelease(snapshot, name, facts, { from, now: clock.now() })),
    rollback: (name, release) => begin((snapshot) => beginRollback(snapshot, name, release, clock.now())),
    setVariables: (name, change) => setVariables(parts, name, change),
  };
}

/** With its database, and a certificate where that is asked for, in one transaction. */
function created(
  view: View,
  snapshot: Snapshot,
  { name, domains, https = false }: ApplicationCreation,
  now: Date,
): Change {
  return together([
    createApplication(snapshot, name, domains),
    applicationDatabaseChange(snapshot, name, now),
    ...(https ? [certificateFor(view, snapshot, { name, domains }, now)] : []),
  ]);
}

/** Domains that have a certificate keep it. Throws `certificate-refused` where the terms are not agreed to. */
function certificateFor(
  view: View,
  snapshot: Snapshot,
  { name, domains }: Pick<ApplicationCreation, 'name' | 'domains'>,
  now: Date,
): Change {
  const without = [...new Set(domainsWithout(snapshot, domains))];
  const [first] = without;
  if (first === undefined) {
    return { transaction: { conditions: [] }, sentences: ['its domains have a certificate already'] };
  }
  requireAgreement(view);
  const request = { name: certificateNameFor(first), domains: without, requestedBy: `app ${name}` };
  return requestCertificate(snapshot, request, now);
}

/** Its secret goes with it. */
function removed(snapshot: Snapshot, name: string): Change {
  const { transaction, sentences } = removeApplication(snapshot, name);
  const key = secretKey(environmentSecret(name));
  const there = snapshot.entries[key];
  if (there === undefined) return { transaction, sentences };
  const conditions = [...transaction.conditions, { key, modRevision: there.modRevision }];
  return { transaction: { conditions, remove: [...(transaction.remove ?? []), key] }, sentences };
}

/** Names and values change in one transaction. The secret has to be open before it is decided. */
async function setVariables(
  parts: ApplicationDeciderParts,
  name: string,
  { set, unset }: EnvironmentChange,
): Promise<string> {
  await parts.source.refresh();
  const known = decode(parts.source.snapshot());
  const { environment } = applicationNamed(Object.values(known.applications), name);
  const missing = unset.filter((one) => !environment.names.includes(one));
  if (missing.length > 0) {
    throw new MusterError('not-found', {
      what: `${name} has no variable ${missing.join(', ')}`,
      why: environment.names.length === 0 ? 'it has none' : `it has ${environment.names.join(', ')}`,
      next: `muster app env ls ${name}`,
    });
  }
  const secret = environmentSecret(name);
  const before = (await openFields(parts.files, known, secret)) ?? {};
  const names = [...new Set([...environment.names, ...Object.keys(set)])].filter(
    (one) => !unset.includes(one),
  );
  const fields: SecretFields = Object.fromEntries(
    names.map((one) => [fieldOf(one), set[one] ?? before[fieldOf(one)] ?? '']),
  );
  return sayChange(parts, false, (_view, snapshot) => {
    refuseOther(snapshot, secret, known.secretRevisions[secret] ?? 0);
    const change = changeVariables(snapshot, name, names);
    const sealed = secretChange(snapshot, secret, fields);
    const { transaction, sentences } = change;
    const conditions = [...transaction.conditions, ...sealed.conditions];
    return { transaction: { conditions, put: { ...transaction.put, ...sealed.put } }, sentences };
  });
}

/** What was opened a moment ago has to be what is changed. */
function refuseOther(snapshot: Snapshot, secret: string, revision: number): void {
  if ((snapshot.entries[secretKey(secret)]?.modRevision ?? 0) === revision) return;
  throw new MusterError('settings-changed', {
    what: 'the environment was not changed: another change came first',
    why: 'somebody else set a variable, or it was just sealed to another node',
    next: 'the same command again',
  });
}
