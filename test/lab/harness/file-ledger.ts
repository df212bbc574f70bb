import type { LabMachine } from './machine.ts';

/** What a writer was told: files that it could write whole, and what it was refused. */
interface Written {
  readonly names: readonly string[];
  readonly refused: readonly string[];
}

/** One file after another, each with its own name in it, as the user of PHP; every success is written down elsewhere. */
export interface Ledger {
  /** Files written so far. */
  count(): Promise<number>;
  /** Ends the writing; returns what was written. */
  stop(): Promise<Written>;
  /** Of the files written into a folder of `root`, those that are not there, or not whole, on a machine. */
  missing(machine: LabMachine, root: string): Promise<readonly string[]>;
}

/** A hundred files a second, at most: an upload is slower, and a host that is busy shall not only write. */
const program = `
cd /tmp && rm -f $1.stop $1.done $1.refused && touch $1.done $1.refused
i=0
while [ ! -e $1.stop ]; do
  i=$((i+1))
  if (echo "$1-$i" > "$2/$1-$i") 2>/tmp/$1.error; then echo "$1-$i" >> $1.done
  else echo "$1-$i $(cat /tmp/$1.error)" >> $1.refused; fi
  sleep 0.01
done
`;

let writers = 0;

/** Starts a writer on a machine, into a folder that PHP's user may write to. */
export async function startWriting(on: LabMachine, folder: string): Promise<Ledger> {
  writers += 1;
  const name = `w${writers}`;
  const script = `/tmp/${name}.sh`;
  await on.writeFile(script, program);
  await on.exec(['chmod', '0644', script]);
  const unit = ['systemd-run', '--quiet', `--unit=${name}`, '--property=User=www-data'];
  await on.exec([...unit, '/bin/sh', script, name, folder]);
  const lines = async (kind: string): Promise<string[]> => {
    const text = await on.readFile(`/tmp/${name}.${kind}`);
    return text.split('\n').filter((line) => line !== '');
  };
  const part = folder.split('/').at(-1) ?? '';
  return {
    count: async () => (await lines('done')).length,
    stop: async () => {
      await on.exec(['touch', `/tmp/${name}.stop`]);
      await on.exec(['systemctl', 'stop', name], { reject: false });
      return { names: await lines('done'), refused: await lines('refused') };
    },
    missing: async (machine, root) => {
      const { stdout } = await machine.exec([
        'grep',
        '--recursive',
        '--no-filename',
        `^${name}-`,
        `${root}/${part}`,
      ]);
      const there = new Set(stdout.split('\n'));
      return (await lines('done')).filter((line) => !there.has(line));
    },
  };
}
