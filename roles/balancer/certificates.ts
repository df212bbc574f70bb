import { type Certificate, certificateSecret, keyField } from '../model/certificate.ts';
import { fingerprint } from '../model/fingerprint.ts';
import type { Observed } from '../model/observed.ts';
import { secretReference } from '../model/secret.ts';
import type { FileSpec, RemoveStep } from '../model/step.ts';
import type { View } from '../model/view.ts';
import type { BalancerSettings } from './settings.ts';

/** Where HAProxy finds certificates, each with its key: for root alone, it reads them before it drops its rights. */
export const certificateFolder = '/etc/haproxy/muster';

/** The key of the question what lies there. */
export const folderQuestion = 'certificates';

/** A certificate that this node can use: it holds its key. */
interface Usable extends Certificate {
  readonly name: string;
  /** The revision of its key. */
  readonly revision: number;
}

/** The certificates whose keys this node can open, in the order of their names; the first is shown to strangers. */
function usableIn({ certificates = {}, secrets = {} }: View): readonly Usable[] {
  return Object.entries(certificates)
    .flatMap(([name, certificate]) => {
      const revision = secrets[certificateSecret(name)];
      return revision === undefined ? [] : [{ ...certificate, name, revision }];
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The names of certificates whose keys are not sealed to this node yet. */
export function waitingIn({ certificates = {}, secrets = {} }: View): readonly string[] {
  return Object.keys(certificates).filter((name) => secrets[certificateSecret(name)] === undefined);
}

/** What HAProxy serves over TLS. */
export interface ServedCertificates {
  /** The list of files for `bind`, in HAProxy's syntax. */
  readonly list: string;
  readonly domains: readonly string[];
}

/** Undefined without any certificate: then nothing listens on 443. */
export function servedIn(
  view: View,
  { https }: Pick<BalancerSettings, 'https'>,
): ServedCertificates | undefined {
  if (https === 'off') return undefined;
  const usable = usableIn(view);
  if (usable.length === 0) return undefined;
  return { list: listPath(usable), domains: [...new Set(usable.flatMap(({ domains }) => domains))].sort() };
}

/**
 * The certificates as files, and the list of them. Each is named by its content, as is the list: the configuration goes
 * from one list to the next in one step, once HAProxy's own checker has read all of it. A changed seal changes none.
 */
export function certificateFiles(
  view: View,
  { https }: Pick<BalancerSettings, 'https'>,
): readonly FileSpec[] {
  if (https === 'off') return [];
  const usable = usableIn(view);
  if (usable.length === 0) return [];
  const files = usable.map((one) => ({
    path: filePath(one),
    content: `${secretReference({ name: certificateSecret(one.name), revision: one.revision }, keyField)}${one.chain}`,
    mode: 0o600,
    owner: 'root:root',
  }));
  const list = `${usable.map(filePath).join('\n')}\n`;
  return [...files, { path: listPath(usable), content: list, mode: 0o600, owner: 'root:root' }];
}

/** The paths of the same, for a look at them. */
export function certificatePaths(view: View, settings: Pick<BalancerSettings, 'https'>): readonly string[] {
  return certificateFiles(view, settings).map(({ path }) => path);
}

/** Deletes what lies there and no configuration names any more: keys above all. */
export function staleFiles(observed: Observed, files: readonly FileSpec[], why: string): RemoveStep[] {
  const answer = observed.answers[folderQuestion];
  if (answer?.ok !== true) return [];
  const kept = new Set(files.map(({ path }) => path));
  return answer.text
    .split('\n')
    .filter((name) => /^[\w-]+\.(pem|list)$/.test(name))
    .map((name) => `${certificateFolder}/${name}`)
    .filter((path) => !kept.has(path))
    .map((path) => ({ kind: 'remove', path, why }));
}

function filePath({ name, chain }: Usable): string {
  return `${certificateFolder}/${name}-${fingerprint(chain)}.pem`;
}

function listPath(usable: readonly Usable[]): string {
  return `${certificateFolder}/${fingerprint(usable.map(filePath))}.list`;
}
