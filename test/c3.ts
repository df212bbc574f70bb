import { install, well } from './lab/harness/cluster.ts';
import { openLab } from './lab/harness/index.ts';
import { joinAll } from './lab/harness/join.ts';

const lab = await openLab({ machines: 3 });
const t = Date.now();
await install(lab.machine('b1'), ['--vip', '10.77.0.100']);
console.log('installed', Date.now() - t);
await well(lab.machine('b1'), 60000);
console.log('well', Date.now() - t);
await joinAll(lab.machine('b1'), lab.machines.slice(1));
console.log('joined', Date.now() - t);
