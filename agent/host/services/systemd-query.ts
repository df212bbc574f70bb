import { MusterError } from '../../../roles/model/errors.ts';
import type { Commands } from '../../../roles/model/ports.ts';
import { parseShow, properties, type UnitProperties } from './systemd-show.ts';

interface Asker {
  readonly unit: string;
  readonly resolve: (show: UnitProperties) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Asks systemd about units. All that is asked before the event loop comes round goes into one `systemctl show`: a
 * cycle looks at every service at once, and starting a program is most of the cost.
 */
export class SystemdQuery {
  readonly #commands: Commands;
  #askers: Asker[] = [];

  constructor(commands: Commands) {
    this.#commands = commands;
  }

  show(unit: string): Promise<UnitProperties> {
    return new Promise((resolve, reject) => {
      if (this.#askers.length === 0) setImmediate(() => void this.#askAll());
      this.#askers.push({ unit, resolve, reject });
    });
  }

  async #askAll(): Promise<void> {
    const askers = this.#askers;
    this.#askers = [];
    try {
      const shown = await this.#ask([...new Set(askers.map(({ unit }) => unit))]);
      for (const { unit, resolve, reject } of askers) {
        const show = shown.get(unit);
        if (show === undefined) reject(unreadable(unit, 'systemctl said nothing about it'));
        else resolve(show);
      }
    } catch (error) {
      for (const { reject } of askers) reject(error);
    }
  }

  async #ask(units: readonly string[]): Promise<Map<string, UnitProperties>> {
    const wanted = `--property=${properties.join(',')}`;
    const { exitCode, stdout, stderr } = await this.#commands.run([
      'systemctl',
      'show',
      wanted,
      '--',
      ...units,
    ]);
    if (exitCode !== 0) throw unreadable(units.join(', '), stderr.trim());
    const shown = parseShow(stdout);
    return new Map(
      units.flatMap((unit, index) => (shown[index] === undefined ? [] : [[unit, shown[index]]])),
    );
  }
}

function unreadable(unit: string, why: string): MusterError {
  return new MusterError('service-failed', {
    what: `the state of ${unit} could not be read from systemd`,
    why,
    next: 'systemctl is-system-running',
  });
}
