import { type DoctorReport, schemaVersion } from '../contract.ts';
import { databaseDisk, filesDisk } from './data-disk.ts';
import type { Examination } from './examination.ts';
import { machine } from './machine.ts';
import { reachedDatabases, reachedFiles, service } from './services.ts';

/** The findings of `muster doctor`, in the order people should read them. */
export function doctorReport(seen: Examination): DoctorReport {
  return {
    schemaVersion,
    findings: [
      ...seen.services.map(service),
      ...reachedDatabases(seen.web),
      ...reachedFiles(seen.web),
      ...databaseDisk(seen.database),
      ...filesDisk(seen.files),
      ...machine(seen),
    ],
  };
}
