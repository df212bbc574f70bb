import type { ServiceSpec } from './service.ts';
import type { FileSpec } from './step.ts';
import { lines, ownedBy } from './text.ts';

/** What a drop-in says besides, by section. */
interface MoreLines {
  readonly unit?: readonly string[];
  readonly service?: readonly string[];
}

/**
 * The drop-in by which systemd itself brings a crashed service back at once, also while the agent is away. After
 * `StartLimitBurst` starts within the interval systemd gives up, and the agent goes on with growing pauses: a service
 * that cannot live must not eat the machine.
 */
export function restartDropIn(role: string, service: ServiceSpec, more: MoreLines = {}): FileSpec {
  return {
    path: `/etc/systemd/system/${service.unit}.d/50-muster.conf`,
    mode: 0o644,
    owner: 'root:root',
    content: lines(
      ownedBy(role),
      '[Unit]',
      'StartLimitIntervalSec=30',
      'StartLimitBurst=10',
      more.unit ?? [],
      '',
      '[Service]',
      'Restart=always',
      'RestartSec=100ms',
      more.service ?? [],
    ),
  };
}
