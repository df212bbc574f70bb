import { existsSync } from 'node:fs';
import type { Init } from '../../../roles/model/hardware.ts';
import type { Clock, Commands } from '../../../roles/model/ports.ts';
import type { HostServices } from './host-services.ts';
import type { LaunchParts } from './launch.ts';
import { Supervisor } from './supervisor.ts';
import { SystemdServices } from './systemd.ts';

/** Who keeps services running here. The folder is systemd's own sign that it is PID 1 (sd_booted(3)). */
export function detectInit(): Init {
  return existsSync('/run/systemd/system') ? 'systemd' : 'none';
}

export interface ServicesParts extends LaunchParts {
  readonly commands: Commands;
  readonly clock: Clock;
}

export function createServices(init: Init, parts: ServicesParts): HostServices {
  return init === 'systemd' ? new SystemdServices(parts.commands, parts.clock) : new Supervisor(parts);
}
