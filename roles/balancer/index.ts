import { listen } from '../model/listen.ts';
import { selfOf } from '../model/view.ts';
import type { Role } from '../role.ts';
import { health } from './health.ts';
import { configPath, runningSlots, wants } from './observed.ts';
import { plan, webRoster } from './plan.ts';
import { haproxy } from './service.ts';
import { BalancerSettings } from './settings.ts';

/** HAProxy in front of the web tier. */
export const balancer: Role<BalancerSettings> = {
  name: 'balancer',
  summary: 'takes the requests on port 80 and spreads them over the web servers',
  packages: ['haproxy'],
  settings: BalancerSettings,
  ports: [listen.http],
  services: () => [haproxy],
  wants: ({ view }) => {
    const systemd = selfOf(view).facts?.hardware.init === 'systemd';
    return wants(
      systemd ? [configPath, `/etc/systemd/system/${haproxy.unit}.d/50-muster.conf`] : [configPath],
    );
  },
  plan,
  health,
  // Nothing is in force while HAProxy does not run.
  applied: ({ view, observed }) =>
    runningSlots(observed.answers['slots']) === undefined ? '' : webRoster(view, observed).revision,
};
