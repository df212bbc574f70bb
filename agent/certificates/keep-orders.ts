import { orderSecret } from '../../coordinator/brain/certificates.ts';
import { decode } from '../../coordinator/store/codec.ts';
import { BalancerSettings } from '../../roles/balancer/settings.ts';
import { hasApplied } from '../../roles/model/applied.ts';
import { challengeRevision, keyField } from '../../roles/model/certificate.ts';
import { MusterError } from '../../roles/model/errors.ts';
import type { NodeId } from '../../roles/model/node.ts';
import type { Clock, Decisions, Files, Snapshot, Transaction } from '../../roles/model/ports.ts';
import { carriersOf, type View } from '../../roles/model/view.ts';
import type { DecisionSource } from '../decisions/source.ts';
import type { AskOutside } from '../host/outside.ts';
import type { Journal } from '../reconcile/journal.ts';
import { openFields } from '../secrets/open.ts';
import { accountChange, accountFor, type KeyedAccount } from './account.ts';
import { AcmeClient } from './acme/client.ts';
import { newAccountKey as newKey } from './acme/jws.ts';
import { Refusal } from './acme/refusal.ts';
import { advance } from './advance.ts';
import { begunChange, type FoundOrder, failedChange, issuedChange, troubleOf } from './order-changes.ts';
import { readPair } from './read.ts';

export interface KeepOrdersParts {
  readonly files: Files;
  readonly clock: Clock;
  readonly journal: Journal;
  readonly self: NodeId;
  readonly source: Pick<DecisionSource, 'store' | 'answers' | 'snapshot' | 'refresh'>;
  readonly view: () => View | undefined;
  readonly ask: AskOutside;
  /** What an authority is to sign; its library is brought in for that alone. */
  readonly request: (domains: readonly string[], keyPem: string) => Promise<Uint8Array>;
}

/** What one turn works with: the leader's own view of things. */
interface Turn extends KeepOrdersParts {
  readonly decisions: Decisions;
  readonly now: View;
  readonly snapshot: Snapshot;
  readonly acme: BalancerSettings['acme'];
}

/**
 * One turn of obtaining certificates, on the node that leads: each order that is due goes one step further. A failure of
 * one is written down with its next try, and keeps no other from going on. Returns why nothing could be done for the
 * moment, where that is worth a word.
 */
export async function keepOrders(parts: KeepOrdersParts): Promise<string | undefined> {
  const turn = turnOf(parts);
  if (turn === undefined) return undefined;
  const due = dueOrders(turn);
  if (due.length === 0) return undefined;
  if (!turn.acme.agreed)
    return 'certificates wait until you agree: muster settings set balancer.acme.agreed=true';
  const account = await accountFor(turn.files, turn.snapshot, turn.acme.directory);
  if (!('thumbprint' in account)) return commit(turn, account);
  const deaf = balancersWithout(turn.now, account);
  if (deaf !== undefined) return deaf;
  const client = clientOf(turn, account);
  if (account.url === undefined) return register(turn, account, client, due);
  for (const found of due) await step(turn, client, found);
  await turn.source.refresh();
  return undefined;
}

/** Undefined where another node leads, or the store is silent. */
function turnOf(parts: KeepOrdersParts): Turn | undefined {
  const { source, self } = parts;
  const [decisions, now, snapshot] = [source.store(), parts.view(), source.snapshot()];
  if (decisions === undefined || now === undefined || !source.answers()) return undefined;
  if (decode(snapshot).leader?.node !== self) return undefined;
  const { acme } = BalancerSettings.parse(now.settings['balancer'] ?? {});
  return { ...parts, decisions, now, snapshot, acme };
}

function dueOrders({ snapshot, clock }: Turn): FoundOrder[] {
  const nowMs = clock.now().getTime();
  return Object.entries(decode(snapshot).orders)
    .filter(([, { nextTryAt }]) => Date.parse(nextTryAt) <= nowMs)
    .map(([name, order]) => ({ name, order }));
}

/** The authority may ask whichever balancer it meets: all that are there have to know what to say. */
function balancersWithout(view: View, account: KeyedAccount): string | undefined {
  const present = carriersOf(view, 'balancer').filter(
    ({ verdict }) => verdict === 'alive' || verdict === 'suspect',
  );
  if (present.length === 0) return 'certificates wait for a balancer that can be asked for proof';
  const revision = challengeRevision(account);
  const deaf = present.filter((node) => !hasApplied(node, 'balancer', revision));
  if (deaf.length === 0) return undefined;
  return `certificates wait for ${deaf.map(({ record }) => record.name).join(', ')} to answer for this cluster`;
}

function clientOf({ ask, acme }: Turn, { directory, key, url }: KeyedAccount): AcmeClient {
  return new AcmeClient({
    ask,
    directory,
    accountKey: key,
    ...(acme.authority === '' ? {} : { authority: acme.authority }),
    ...(url === undefined ? {} : { account: url }),
  });
}

/** Makes the account known; where that fails, every order waits for it. */
async function register(
  turn: Turn,
  account: KeyedAccount,
  client: AcmeClient,
  due: readonly FoundOrder[],
): Promise<undefined> {
  try {
    const url = await client.register(turn.acme.email);
    return await commit(turn, accountChange(turn.snapshot, { ...account, url }));
  } catch (error) {
    for (const found of due) await fail(turn, found, error);
    await turn.source.refresh();
    return undefined;
  }
}

async function step(turn: Turn, client: AcmeClient, found: FoundOrder): Promise<void> {
  const { files, snapshot, decisions, clock, journal } = turn;
  const { name, order } = found;
  try {
    const key = (await openFields(files, decode(snapshot), orderSecret(name)))?.[keyField];
    const request = (domains: readonly string[]): Promise<Uint8Array> =>
      turn.request(domains, wanted(key, name));
    const progress = await advance({ client, request }, order);
    if (progress.kind === 'begun') {
      await decisions.transact(begunChange(snapshot, found, progress.url, newKey()));
    } else if (progress.kind === 'issued') {
      const pair = readPair({ certificate: progress.chain, key: wanted(key, name) }, clock.now());
      const { committed } = await decisions.transact(issuedChange(snapshot, found, pair));
      const until = pair.notAfter.slice(0, 10);
      const sentence = `the certificate ${name} was obtained for ${order.domains.join(', ')}, good until ${until}`;
      if (committed) await journal.tell({ kind: 'info', sentence });
    }
  } catch (error) {
    await fail(turn, found, error);
  }
}

/** The store's own silence is no failure of an order. */
async function fail(turn: Turn, found: FoundOrder, error: unknown): Promise<void> {
  if (error instanceof MusterError && error.code === 'store-unreachable') throw error;
  const { snapshot, decisions, clock, journal, now } = turn;
  const change = failedChange(snapshot, found, error, clock.now());
  const forgotten = error instanceof Refusal && error.is('accountDoesNotExist') && now.acme !== undefined;
  const { url: _url, ...account } = now.acme ?? { directory: '', thumbprint: '' };
  const anew = forgotten ? accountChange(snapshot, account) : undefined;
  const { committed } = await decisions.transact({
    ...change,
    conditions: [...change.conditions, ...(anew?.conditions ?? [])],
    put: { ...change.put, ...anew?.put },
  });
  const sentence = `the certificate ${found.name} could not be obtained: ${troubleOf(error)}`;
  if (committed) await journal.tell({ kind: 'error', sentence, code: 'certificate-refused' });
}

async function commit({ decisions, source }: Turn, transaction: Transaction): Promise<undefined> {
  await decisions.transact(transaction);
  await source.refresh();
}

/** The key was written down before the order; without it the order is of no use, and begins anew. */
function wanted(key: string | undefined, name: string): string {
  if (key !== undefined) return key;
  throw new MusterError('secret-missing', {
    what: `the key for ${name} is not there`,
    why: 'it was removed, or is not sealed to this node',
    next: 'muster cert ls',
  });
}
