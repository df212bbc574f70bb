import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { beginEpoch } from '../../../../agent/cluster/life.ts';
import { startMembership } from '../../../../agent/cluster/membership.ts';
import type { Membership } from '../../../../agent/cluster/membership-parts.ts';
import { OwnFacts } from '../../../../agent/cluster/own-facts.ts';
import { PeerBook } from '../../../../agent/cluster/peer-book.ts';
import { signerOf } from '../../../../agent/cluster/signing.ts';
import { servicesAnswer } from '../../../../agent/gossip/ask-services.ts';
import { sealedTransport } from '../../../../agent/gossip/sealed-transport.ts';
import { loadPerCore } from '../../../../agent/hardware/load.ts';
import { giveMemoryBack, heapPeriodMs } from '../../../../agent/host/heap.ts';
import { createHost } from '../../../../agent/host/index.ts';
import { startLoop } from '../../../../agent/reconcile/loop.ts';
import type { NodeView, View } from '../../../../roles/model/view.ts';
import { ready, smallHardware } from '../../../support/sketches.ts';
import { monotonicMs } from '../child.ts';
import type { MemberConfig, MemberWord } from '../member-config.ts';

/**
 * Runs on a machine of the bench, in place of the agent: its membership, and nothing else. `node member.mjs CONFIG`; tells
 * what it finds, a line each time it changes; ends with its input.
 */
const config = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as MemberConfig;
const { self, members } = config;
const cluster = { id: config.cluster, generation: 1 };
const names = new Map(members.map(({ id, name }) => [id, name]));
const { clock, random, files, questions } = createHost();

/** As the agent looks. */
const loadPeriodMs = 15_000;
/** The bench ends a member by its input, or kills it. */
const { signal } = new AbortController();

const facts = factsOfNode();
let membership: Membership | undefined;
let told = '';

await joinOthers();
keepDoing(loadPeriodMs, lookAtLoad);
keepDoing(heapPeriodMs, async () => giveMemoryBack());
createInterface({ input: process.stdin })
  .on('line', obey)
  .on('close', () => process.exit());

function onError(error: unknown): void {
  process.stderr.write(`${String(error)}\n`);
}

/** The parts as `agent/gossip` puts them together. */
async function joinOthers(): Promise<void> {
  const book = new PeerBook({ files, path: join(config.folder, 'peers.json'), onError });
  await book.load();
  const epoch = await beginEpoch({ files, clock, path: join(config.folder, 'epoch.json'), onError });
  const { transport, seals } = await sealedTransport({
    cluster,
    self,
    epoch,
    keys: config,
    book,
    address: members.find(({ id }) => id === self)?.address ?? '',
    networkKey: config.networkKey,
    onDeaf: onError,
  });
  seals.setPeers(members);
  const view = viewOfMembers();
  membership = await startMembership(
    {
      transport,
      clock,
      random,
      book,
      self,
      cluster,
      epoch,
      sign: signerOf(config.privateKeyPem),
      tombstones: { verify: () => undefined, ends: () => false, atMs: () => 0 },
      ownFacts: facts,
      askServices: (node) => servicesAnswer(questions, view, node),
      onView: tell,
      onDecisionsAt: () => undefined,
      onTombstone: () => undefined,
      onOutlived: () => undefined,
    },
    members,
    signal,
  );
  tell();
}

/** What a node with three roles tells of itself. */
function factsOfNode(): OwnFacts {
  const own = new OwnFacts(self, smallHardware);
  for (const role of ['node', 'balancer', 'web'] as const)
    own.setRole(role, ready, { applied: 'a1b2c3d4e5' });
  own.setVersions({ haproxy: '2.6.12-1+deb12u2', keepalived: '1:2.2.7-1+b2', apache2: '2.4.62-1~deb12u2' });
  return own;
}

function viewOfMembers(): View {
  const nodes = members.map(
    ({ id, name, address }, index): NodeView => ({
      record: { id, name, ordinal: index + 1, address },
      roles: ['web'],
      verdict: 'alive',
    }),
  );
  return { self, cluster: { ...cluster, name: 'bench' }, revision: 1, settings: {}, nodes };
}

/** In a loop of the agent's. */
function keepDoing(periodMs: number, work: () => Promise<void>): void {
  const run = async (): Promise<boolean> => work().then(() => false);
  startLoop({ clock, random, periodMs, signal, run, onError: async (error) => onError(error) });
}

async function lookAtLoad(): Promise<void> {
  facts.setLoad(await loadPerCore(files, smallHardware.cores));
}

function tell(): void {
  if (membership === undefined) return;
  const findings = byName(membership.findings());
  const marks = byName(membership.facts(), ({ details }) => details?.web?.['mark'] ?? '');
  const text = JSON.stringify({ findings, marks });
  if (text === told) return;
  told = text;
  const word: MemberWord = { atMs: monotonicMs(), findings, marks };
  process.stdout.write(`${JSON.stringify(word)}\n`);
}

function byName<Value>(
  all: Readonly<Record<string, Value>>,
  of: (value: Value) => string = String,
): Record<string, string> {
  return Object.fromEntries(Object.entries(all).map(([id, value]) => [names.get(id) ?? id, of(value)]));
}

/** `stall MS`: stands still, as in a long computation. `mark WORD`: tells the others a new fact. */
function obey(line: string): void {
  const [verb, word = ''] = line.split(' ');
  if (verb === 'stall') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Number(word));
  if (verb === 'mark') facts.setRole('web', ready, { details: { mark: word } });
}
