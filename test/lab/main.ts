import { Command } from 'commander';
import { addLabCommands } from './commands/cli-lab.ts';
import { addLinkCommands, addMachineCommands } from './commands/cli-machines.ts';
import { LabProblem, wordsOf } from './core/problem.ts';

const program = new Command('lab')
  .description('Real Debian machines on this host, to try a cluster and to prove it.')
  .enablePositionalOptions()
  .showSuggestionAfterError()
  .showHelpAfterError();
addLabCommands(program);
addMachineCommands(program);
addLinkCommands(program);

try {
  await program.parseAsync();
} catch (error) {
  const next = error instanceof LabProblem ? error.next : 'npm run lab -- down, then the same command again';
  process.stderr.write(`lab: ${wordsOf(error)}\nNext: ${next}\n`);
  process.exitCode = 1;
}
