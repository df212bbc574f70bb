import { nodeHostname } from '../model/node.ts';
import { paths } from '../model/paths.ts';
import type { ServiceSpec } from '../model/service.ts';
import type { FileSpec } from '../model/step.ts';
import { volumeName } from '../model/storage.ts';
import { lines, ownedBy } from '../model/text.ts';
import { selfOf, type View } from '../model/view.ts';

const script = '/etc/muster/shared.sh';

/** The client of the volume: what mounts it is a process, and is kept running like any other service. */
export const sharedClient: ServiceSpec = {
  unit: 'muster-shared.service',
  label: 'the mount of the common files',
  foreground: ['/bin/sh', script],
  stopSignal: 'SIGTERM',
};

/** Its files; a change of the servers is for the next start, since a running client learns of them by itself. */
export function sharedFiles(view: View): FileSpec[] {
  const common = { owner: 'root:root', unit: sharedClient.unit };
  const program = { ...common, path: script, content: mountScript(view), mode: 0o755, reloadKey: volumeName };
  if (selfOf(view).facts?.hardware.init !== 'systemd') return [program];
  const path = `/etc/systemd/system/${sharedClient.unit}`;
  return [program, { ...common, path, content: unitText(), mode: 0o644 }];
}

/**
 * A dead client leaves a dead mount. It goes first, and whatever lies beneath with it: until the volume is back nobody
 * may write into the folder below, where no other node would ever see it. A living folder there is the one from which
 * the volume was made, and is covered without a gap.
 */
function mountScript(view: View): string {
  return lines(
    '#!/bin/sh',
    ownedBy('web'),
    `point=${paths.shared}`,
    'mounted() { grep " $point " /proc/self/mountinfo | tail -n 1; }',
    'case "$(mounted)" in',
    '  *" fuse.glusterfs "*) while [ -n "$(mounted)" ]; do umount --lazy "$point" || break; done ;;',
    'esac',
    'if [ -z "$(mounted)" ]; then mkdir -p "$point" && chmod 0555 "$point"; fi',
    'exec /usr/sbin/glusterfs --no-daemon --process-name fuse --log-level WARNING \\',
    `  --log-file /var/log/glusterfs/shared.log --volfile-id ${volumeName} \\`,
    serversOf(view).map((name) => `  --volfile-server ${name} \\`),
    '  "$point"',
  );
}

/** Those that hold the volume; its own glusterd first, which is the quickest to ask. */
function serversOf({ storage, self }: View): readonly string[] {
  const bricks = storage?.bricks ?? [];
  return [...bricks].sort((a, b) => Number(b === self) - Number(a === self)).map(nodeHostname);
}

/** It is tried for ever: while the machines of a whole rack start, its servers may be the last. */
function unitText(): string {
  return lines(
    ownedBy('web'),
    '[Unit]',
    'Description=the common files of the cluster',
    'Documentation=man:glusterfs(8)',
    'Wants=network-online.target',
    'After=network-online.target glusterd.service',
    'StartLimitIntervalSec=0',
    '',
    '[Service]',
    `ExecStart=${sharedClient.foreground.join(' ')}`,
    'Restart=always',
    'RestartSec=1s',
    'OOMScoreAdjust=-500',
    '',
    '[Install]',
    'WantedBy=multi-user.target',
  );
}
