import { type DoctorReport, type Risk, schemaVersion } from '../contract.ts';
import { databaseDisk, filesDisk } from './data-disk.ts';
import type { Examination } from './examination.ts';
import { machine } from './machine.ts';
import { cluster } from './risks.ts';
import { reachedDatabases, reachedFiles, service } from './services.ts';

/** The findings of `muster doctor`, in the order people should read them: this machine, then what the cluster risks. */
export function doctorReport(seen: Examination, risks: readonly Risk[]): DoctorReport {
  return {
    schemaVersion,
    findings: [
      ...seen.services.map(service),
      ...reachedDatabases(seen.web),
      ...reachedFiles(seen.web),
      ...databaseDisk(seen.database),
      ...filesDisk(seen.files),
      ...machine(seen),
      ...cluster(risks),
    ],
  };
}
