import { figure, row, say, tableHead } from './figures.ts';
import { tailOf } from './membership/tables.ts';
import { simulate } from './simulated/deaths.ts';
import { gossip } from './simulated/gossip.ts';

const sizes = [100, 300] as const;
/** As many as `membership --stage rest-30` has of real ones, to lay both side by side. */
const realSize = 30;
/** Of 100 and of 300 nodes: so that more than a thousand survivors are asked. */
const deathsOf = { 100: 12, 300: 4 } as const;
/** Of a thousand survivors all but one. */
const nearlyAll = 0.999;

/** A large cluster under virtual time, and beside it the real gossip that its model of delays and bytes is taken from. */
export async function benchSimulated(): Promise<void> {
  say(tableHead);
  for (const size of sizes) {
    const { copies, arrived, delaysMs, residentMiB } = await gossip(size);
    const name = `gossipsub over memory, ${size} nodes in one process`;
    say(row(`${name}: copies that a node sends of a message`, figure([copies]), '', 2));
    say(row(`${name}: messages that arrived`, figure([100 * arrived], 'more'), '%', 2));
    say(row(`${name}: from the word to each other node`, figure(delaysMs), 'ms', 0));
    say(row(`${name}: memory of all`, figure([residentMiB]), 'MiB', 0));
  }
  const real = await simulate(realSize, 1, realSize);
  say(row(`simulated, ${realSize} nodes: sent by one at rest`, figure([real.restBytes]), 'bytes/s', 0));
  for (const size of sizes) {
    const seen = await simulate(size, deathsOf[size], size);
    const name = `simulated, ${size} nodes`;
    say(
      row(
        `${name}: from the start of all at once until all know all, in steps of 5 s`,
        figure([seen.settledMs]),
        'ms',
        0,
      ),
    );
    say(row(`${name}: sent by one at rest`, figure([seen.restBytes]), 'bytes/s', 0));
    say(row(`${name}: of that heartbeats`, figure([seen.heartbeatBytes]), 'bytes/s', 0));
    say(row(`${name}: of that exchanges`, figure([seen.exchangeBytes]), 'bytes/s', 0));
    say(row(`${name}: from a death to a survivor that knows`, figure(seen.knownMs), 'ms', 0));
    say(row(`${name}: from a death until 99.9 % know`, figure([tailOf(seen.knownMs, nearlyAll)]), 'ms', 0));
  }
}
