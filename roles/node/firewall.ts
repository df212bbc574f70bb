import { ensureFiles, ensureService, serviceFingerprint } from '../model/ensure.ts';
import type { Observed } from '../model/observed.ts';
import type { FileSpec, Step } from '../model/step.ts';
import type { View } from '../model/view.ts';
import { doorsOf } from './doors.ts';
import { firewallPaths, firewallUnit, markOf, rulesText } from './nft.ts';
import { firewall } from './service.ts';
import { hasSystemd } from './standing.ts';

/** Keeps our table in the kernel as the roster wants it. Without systemd the firewall is left to the host. */
export function ensureFirewall(view: View, observed: Observed): Step[] {
  if (!hasSystemd(view)) return [];
  const files = filesOf(view);
  const steps = [...ensureFiles(observed, files), ...ensureService(observed, firewall, files)];
  if (steps.length > 0 || !flushed(view, observed)) return steps;
  const why = 'its table had been changed or flushed by another hand';
  const wanted = serviceFingerprint(firewall, files);
  return [{ kind: 'service', action: 'reload', service: firewall, fingerprint: wanted, tells: 'drift', why }];
}

/** The revision of the doors in force, for `facts.applied`; empty while it is not sure. */
export function firewallInForce(view: View, observed: Observed): string {
  const sure =
    hasSystemd(view) &&
    observed.loaded[firewall.unit] === serviceFingerprint(firewall, filesOf(view)) &&
    !flushed(view, observed);
  return sure ? (markOf(doorsOf(view)).split(' ')[1] ?? '') : '';
}

/** The kernel was asked, and has something else. */
function flushed(view: View, observed: Observed): boolean {
  const answer = observed.answers['firewall'];
  // An nft that is slow, on a machine that is busy, tells nothing.
  if (answer?.ok !== true) return false;
  return answer.status !== 0 || !answer.text.includes(markOf(doorsOf(view)));
}

function filesOf(view: View): FileSpec[] {
  const [rules, unit] = firewallPaths;
  const common = { mode: 0o644, owner: 'root:root', unit: firewall.unit };
  return [
    {
      ...common,
      path: rules,
      content: rulesText(doorsOf(view)),
      check: ['/usr/sbin/nft', '-c', '-f', '{}'],
    },
    { ...common, path: unit, content: firewallUnit() },
  ];
}
