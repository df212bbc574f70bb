import { paths } from '../../roles/model/paths.ts';
import type { Commands, Files, Services } from '../../roles/model/ports.ts';
import type { Manifest } from '../reconcile/manifest.ts';
import { demand } from './demand.ts';
import { type AgentProcess, agentArgv, agentService } from './parts.ts';

interface Parts {
  readonly files: Files;
  readonly services: Services;
  readonly commands: Commands;
}

export const unitPath = `/etc/systemd/system/${agentService.unit}`;

/**
 * KillMode=process: a package manager or anything else it started goes on when the agent ends. It is started again
 * for ever; the kernel should take others before it when memory runs out, since it is what heals them.
 */
export const unitText = `# Written by muster; muster uninstall takes it away.
[Unit]
Description=muster's agent
Documentation=file:${paths.payload}/current/docs/operations.md
Wants=network-online.target
After=network-online.target
StartLimitIntervalSec=0

[Service]
Type=exec
ExecStart=${agentArgv.join(' ')}
Restart=always
RestartSec=1s
KillMode=process
OOMScoreAdjust=-500

[Install]
WantedBy=multi-user.target
`;

/** The agent under systemd. */
export function systemdAgent({ files, services, commands }: Parts): AgentProcess {
  return {
    async prepare(manifest) {
      if (await writeUnit(files, manifest)) await demand(commands, ['systemctl', 'daemon-reload']);
      if ((await services.state(agentService)).enabled) return;
      await manifest.recordService(agentService.unit);
      await services.enable(agentService);
    },
    running: async () => (await services.state(agentService)).active === 'active',
    start: () => services.start(agentService),
    restart: () => services.restart(agentService),
    async stop() {
      const state = await services.state(agentService);
      if (!state.installed) return;
      await services.disable(agentService);
      await services.stop(agentService);
    },
    lastWords: (lines) => services.log(agentService, lines),
  };
}

/** True when systemd has to read it anew. */
async function writeUnit(files: Files, manifest: Manifest): Promise<boolean> {
  if ((await files.read(unitPath)) === unitText) return false;
  await manifest.keepFormer(unitPath);
  await files.write(unitPath, unitText, { mode: 0o644 });
  await manifest.recordWritten(unitPath, unitText);
  return true;
}
