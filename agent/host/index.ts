import type { Init } from '../../roles/model/hardware.ts';
import type { Clock, Files, Questions, Random } from '../../roles/model/ports.ts';
import { Accounts } from './accounts.ts';
import { systemClock } from './clock.ts';
import { type HostCommands, systemCommands } from './commands.ts';
import { SystemFiles } from './files.ts';
import { addressAnswers } from './neighbours.ts';
import { DebianPackages } from './packages.ts';
import { systemQuestions } from './questions.ts';
import { systemRandom } from './random.ts';
import { type ReleaseFiles, releaseFiles } from './release-tree.ts';
import type { HostServices } from './services/host-services.ts';
import { createServices, detectInit } from './services/index.ts';
import { syncTimes } from './sync-times.ts';

/** This machine: every port with its real adapter. */
export interface Host {
  readonly init: Init;
  readonly clock: Clock;
  readonly random: Random;
  readonly commands: HostCommands;
  readonly files: Files;
  readonly packages: DebianPackages;
  readonly services: HostServices;
  readonly questions: Questions;
  readonly releases: ReleaseFiles;
  /** Whether another machine of this network answers at an address. */
  readonly answers: (address: string) => Promise<boolean>;
  /** How long the disk of a directory takes to keep a small write, in milliseconds; see sync-times.ts. */
  readonly syncTimes: (directory: string) => Promise<readonly number[] | undefined>;
}

export function createHost(): Host {
  const accounts = new Accounts();
  const files = new SystemFiles(accounts);
  const parts = { commands: systemCommands, clock: systemClock, files, accounts };
  const init = detectInit();
  return {
    init,
    clock: systemClock,
    random: systemRandom,
    commands: systemCommands,
    files,
    packages: new DebianPackages(parts),
    services: createServices(init, parts),
    questions: systemQuestions,
    releases: releaseFiles,
    answers: (address) => addressAnswers({ commands: systemCommands, clock: systemClock }, address),
    syncTimes,
  };
}
