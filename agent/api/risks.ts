import { slotCount } from '../../roles/model/slots.ts';
import { carriersOf, type View } from '../../roles/model/view.ts';
import { vipsOf } from '../../roles/model/vip.ts';
import { votersOf } from '../../roles/node/standing.ts';
import { certificateRisks } from './certificate-risks.ts';
import type { Risk, StatusReport } from './contract.ts';
import { databaseRisks } from './database-risks.ts';
import { endpointRisks } from './endpoint-risks.ts';
import { storageRisks } from './storage-risks.ts';

/** What is well today and would hurt tomorrow, worst first. */
export function risksOf(view: View, decisions: StatusReport['decisions'], now: Date): Risk[] {
  return [
    ...storeRisk(decisions),
    ...endpointRisks(view),
    ...certificateRisks(view, now),
    ...loneRisk(view),
    ...voterRisk(view),
    ...startRisk(view),
    ...storageRisks(view),
    ...addressRisk(view),
    ...slotRisk(view),
    ...sessionRisk(view),
    ...databaseRisks(view),
  ];
}

function storeRisk(decisions: StatusReport['decisions']): Risk[] {
  if (decisions.writable) return [];
  const sentence = `Nothing new can be decided: ${decisions.sentence}`;
  return [{ code: 'store-not-writable', sentence, next: 'muster doctor' }];
}

function loneRisk(view: View): Risk[] {
  if (members(view).length > 1) return [];
  const sentence =
    'This cluster has one node: if it fails, everything on it is down and what only it holds is lost.';
  return [{ code: 'one-node', sentence, next: 'muster docs operations' }];
}

/** Only where there are others who would have to go on without it. */
function voterRisk(view: View): Risk[] {
  const [only, ...more] = votersOf(view);
  if (members(view).length < 2 || only === undefined || more.length > 0) return [];
  const sentence = `${only.record.name} alone keeps the decisions: while it is away all goes on, and nothing new is decided.`;
  return [{ code: 'one-voter', sentence, next: 'muster docs operations' }];
}

function startRisk(view: View): Risk[] {
  const without = members(view).filter((node) => node.facts?.hardware.init === 'none');
  if (without.length === 0) return [];
  const names = without.map((node) => node.record.name).join(', ');
  const sentence = `Without systemd muster does not start with the machine, and its firewall is the host's: ${names}.`;
  return [{ code: 'no-systemd', sentence, next: 'muster agent --detach, after each start of the machine' }];
}

/** Only where there is another node that an address could move to. */
function addressRisk(view: View): Risk[] {
  if (vipsOf(view).length > 0 || members(view).length < 2) return [];
  const sentence = 'No address is shared: users who call the address of one node lose the site with it.';
  return [{ code: 'no-vip', sentence, next: 'muster settings set cluster.vip=ADDRESS' }];
}

/** A balancer has a fixed number of places, so that it need not be reloaded. */
function slotRisk(view: View): Risk[] {
  const beyond = carriersOf(view, 'web').filter(({ record }) => record.ordinal > slotCount);
  if (beyond.length === 0) return [];
  const names = beyond.map(({ record }) => record.name).join(', ');
  const sentence = `A balancer has places for ${slotCount} web servers, so nothing is sent to ${names}.`;
  return [
    {
      code: 'no-slot',
      sentence,
      next: 'muster role forbid NODE web, for nodes that should rather do something else',
    },
  ];
}

/** Sessions lie on one memcached each: what survives a death of one node is what lay on the others. */
function sessionRisk(view: View): Risk[] {
  const pool = carriersOf(view, 'cache').filter(({ verdict }) => verdict !== 'left' && verdict !== 'dead');
  const [only, ...more] = pool;
  // A lone node is a risk of its own.
  if (members(view).length < 2 || only === undefined) return [];
  const sentence =
    more.length === 0
      ? `All sessions lie on ${only.record.name}: if it fails, every visitor has to log in again.`
      : `Each session lies on one of ${String(pool.length)} caches: if one fails, its visitors have to log in again.`;
  const next = more.length === 0 ? 'muster role set NODE cache' : 'muster docs operations';
  return [{ code: 'sessions-once', sentence, next }];
}

function members(view: View): View['nodes'] {
  return view.nodes.filter((node) => node.verdict !== 'left' && node.verdict !== 'dead');
}
