export { eventually, type Patience } from './eventually.ts';
export { type Lab, type LabOptions, openLab } from './lab.ts';
export { type Load, startLoad } from './load.ts';
export type { LoadOptions } from './load-order.ts';
export type { Gap, LoadReport, Outcome } from './load-report.ts';
export type { LabMachine } from './machine.ts';
