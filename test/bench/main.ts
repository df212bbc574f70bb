import { benchFailover } from './failover.ts';
import { say } from './figures.ts';
import { benchHealing } from './healing.ts';
import { benchInstall } from './install.ts';
import { benchJoin } from './join.ts';
import { benchMemory } from './memory.ts';
import { benchNodes } from './nodes.ts';
import { benchRest } from './rest.ts';
import { benchThroughVip } from './through-vip.ts';
import { benchThroughput } from './throughput.ts';

/** `npm run bench [-- PART …]`: the figures of docs/benchmarks.md, each part under 30 minutes; all without a name. */
const parts: Readonly<Record<string, () => Promise<void>>> = {
  install: benchInstall,
  healing: benchHealing,
  rest: benchRest,
  memory: benchMemory,
  throughput: benchThroughput,
  join: benchJoin,
  failover: benchFailover,
  nodes: benchNodes,
  'through-vip': benchThroughVip,
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => parts[name] === undefined);
if (unknown.length > 0) {
  process.stderr.write(
    `bench: no part is called ${unknown.join(', ')}; there are ${Object.keys(parts).join(', ')}\n`,
  );
  process.exit(2);
}
for (const name of wanted.length > 0 ? wanted : Object.keys(parts)) {
  say(`\n## ${name}`);
  await parts[name]?.();
}
