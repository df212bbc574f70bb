import { parseArgs } from 'node:util';
import { benchChain, benchChainOfThree } from './chain.ts';
import { benchFailover } from './failover.ts';
import { say } from './figures.ts';
import { benchFiles, benchFilesOfThree } from './files.ts';
import { benchHealing } from './healing.ts';
import { benchHttps } from './https.ts';
import { benchInstall } from './install.ts';
import { benchJoin } from './join.ts';
import { benchMembership, stageNames } from './membership/stages.ts';
import { benchMemory } from './memory.ts';
import { benchNodes } from './nodes.ts';
import { benchRest } from './rest.ts';
import { benchSimulated } from './simulated.ts';
import { benchSql } from './sql.ts';
import { benchSwitchover } from './switchover.ts';
import { benchThroughVip } from './through-vip.ts';
import { benchThroughput } from './throughput.ts';

/**
 * `npm run bench -- [PART …] [--runs N]`: the figures of docs/benchmarks.md, each part under 30 minutes, membership apart;
 * all without a name. With fewer runs than a part has by itself its figures are for a try. membership takes besides
 * [--stage NAME …] [--minutes N] [--cut-minutes N].
 */
const parts: Readonly<Record<string, (runs?: number) => Promise<void>>> = {
  install: benchInstall,
  healing: benchHealing,
  rest: benchRest,
  memory: benchMemory,
  throughput: benchThroughput,
  join: benchJoin,
  failover: benchFailover,
  nodes: benchNodes,
  membership: (times) =>
    benchMembership(stages, { runs: times, minutes: count('minutes'), cutMinutes: count('cut-minutes') }),
  simulated: benchSimulated,
  'through-vip': benchThroughVip,
  chain: benchChain,
  'chain-three': benchChainOfThree,
  https: benchHttps,
  sql: benchSql,
  switchover: benchSwitchover,
  files: benchFiles,
  'files-three': benchFilesOfThree,
};

const { values, positionals: wanted } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: 'string' },
    minutes: { type: 'string' },
    'cut-minutes': { type: 'string' },
    stage: { type: 'string', multiple: true },
  },
});
const runs = count('runs');
const stages = values.stage ?? [];
const strange = stages.filter((name) => !stageNames.includes(name));
if (strange.length > 0)
  refuse(`no stage is called ${strange.join(', ')}; there are ${stageNames.join(', ')}`);
const unknown = wanted.filter((name) => parts[name] === undefined);
if (unknown.length > 0) {
  refuse(`no part is called ${unknown.join(', ')}; there are ${Object.keys(parts).join(', ')}`);
}
for (const name of wanted.length > 0 ? wanted : Object.keys(parts)) {
  say(`\n## ${name}`);
  await parts[name]?.(runs);
}

function count(option: 'runs' | 'minutes' | 'cut-minutes'): number | undefined {
  const text = values[option];
  if (text === undefined) return undefined;
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1) return number;
  return refuse(`--${option} is "${text}": it is a whole number from 1`);
}

function refuse(why: string): never {
  process.stderr.write(`bench: ${why}\n`);
  process.exit(2);
}
