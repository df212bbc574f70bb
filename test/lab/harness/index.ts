export { eventually } from './eventually.ts';
export { type Lab, openLab } from './lab.ts';
export { startLoad } from './load.ts';
export type { LabMachine } from './machine.ts';
