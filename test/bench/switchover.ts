import { setTimeout as pause } from 'node:timers/promises';
import { ServersReport } from '../../agent/api/contract-server.ts';
import { agree, whole } from '../lab/harness/agreement.ts';
import { statusOf } from '../lab/harness/cluster.ts';
import { eventually, type LabMachine, openLab } from '../lab/harness/index.ts';
import { clusterOf } from '../lab/harness/join.ts';
import { muster } from '../lab/harness/operator.ts';
import { figure, row, say, tableHead } from './figures.ts';
import { prepareWriter, type Written, writeRows } from './row-writer.ts';
import { type DbMachine, type Move, switchByHand } from './switchover-by-hand.ts';

const settleMs = 180_000;

/** The writer runs for a while before the move, and longer after it than any move takes. */
const beforeMs = 2_000;
const writingSeconds = 7;

/**
 * How long 200 writes a second by the endpoint of a third machine stand still while the primary moves between two: by
 * muster, and, with all agents stopped, by hand over the same servers and endpoints. muster's come before and after.
 */
export async function benchSwitchover(runs = 10): Promise<void> {
  await using lab = await openLab({ machines: 3 });
  const three = await clusterOf(lab, 3);
  const [first, , client] = three;
  if (first === undefined || client === undefined) return;
  await muster(first, 'db', 'create', 'bench');
  await prepareWriter(client, 'bench');
  const servers = await databasesOf(three);
  const move = async (): Promise<Move> => nextMove(servers, client, await primaryOf(client));

  const byMuster = async (times: number): Promise<Written[]> => {
    const seen: Written[] = [];
    for (let run = 0; run < times; run += 1) {
      await settled(three);
      const { from, to } = await move();
      seen.push(await whileWriting(client, () => muster(from.machine, 'db', 'switchover', to.machine.name)));
    }
    return seen;
  };
  // An even number, so that agents find what they had decided.
  const handRuns = runs + (runs % 2);
  const before = await byMuster(Math.ceil(runs / 2));
  await settled(three);
  let hand = await move();
  for (const machine of three) await machine.exec(['systemctl', 'stop', 'muster']);
  const byHand: Written[] = [];
  for (let run = 0; run < handRuns; run += 1) {
    const now = hand;
    byHand.push(await whileWriting(client, () => switchByHand(now)));
    hand = { from: now.to, to: now.from, others: now.others };
  }
  for (const machine of three) await machine.exec(['systemctl', 'start', 'muster']);
  const after = await byMuster(Math.floor(runs / 2));

  say(tableHead);
  sayWritten('muster', [...before, ...after]);
  sayWritten('by hand', byHand);
}

async function whileWriting(client: LabMachine, move: () => Promise<unknown>): Promise<Written> {
  const writing = writeRows(client, writingSeconds);
  await pause(beforeMs);
  await move();
  return writing;
}

function sayWritten(who: string, seen: readonly Written[]): void {
  const of = (count: (one: Written) => number): ReturnType<typeof figure> => figure(seen.map(count));
  say(
    row(
      `pause of writes, ${who}`,
      of(({ longestPauseMs }) => longestPauseMs),
      'ms',
      0,
    ),
  );
  say(
    row(
      `writes refused or cut off, of 1,400, ${who}`,
      of(({ failed }) => failed),
      '',
      0,
    ),
  );
  say(
    row(
      `writes acknowledged and lost, ${who}`,
      of(({ lost }) => lost),
      '',
      0,
    ),
  );
}

async function databasesOf(machines: readonly LabMachine[]): Promise<readonly DbMachine[]> {
  const [first] = machines;
  if (first === undefined) return [];
  const { nodes } = await statusOf(first);
  return machines.map((machine) => ({
    machine,
    id: nodes.find(({ name }) => name === machine.name)?.id ?? '',
  }));
}

/** Between the two machines on which nobody writes. */
function nextMove(servers: readonly DbMachine[], client: LabMachine, primary: string): Move {
  const from = servers.find(({ id }) => id === primary);
  const to = servers.find((one) => one !== from && one.machine !== client);
  if (from === undefined || to === undefined) throw new Error(`no machine is the primary ${primary}`);
  return { from, to, others: servers.filter((one) => one !== from && one !== to) };
}

async function serversBy(machine: LabMachine): Promise<ServersReport> {
  const { stdout } = await muster(machine, 'db', 'status', '--json');
  return ServersReport.parse(JSON.parse(stdout));
}

async function primaryOf(machine: LabMachine): Promise<string> {
  return (await serversBy(machine)).decision?.primary ?? '';
}

/** All are well, and every replica follows the primary and acknowledges. */
async function settled(machines: readonly LabMachine[]): Promise<void> {
  const [first] = machines;
  if (first === undefined) return;
  await agree(machines, whole(machines.length), settleMs);
  await eventually(
    'every replica follows',
    async () => {
      const { servers, decision } = await serversBy(first);
      const replicas = servers.filter(({ server }) => server.node !== decision?.primary);
      return (
        decision?.move === undefined &&
        replicas.length === machines.length - 1 &&
        replicas.every(({ server }) => server.receives === true)
      );
    },
    { deadlineMs: settleMs },
  );
}
