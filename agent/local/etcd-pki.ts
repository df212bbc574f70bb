import { paths } from '../../roles/model/paths.ts';
import type { Files } from '../../roles/model/ports.ts';
import { etcdPki } from '../../roles/node/service.ts';

/** etcd runs as its own user and may read its copies alone. */
const etcdOwner = 'etcd:etcd';

/** etcd may read copies of its own; it takes new ones up with its next handshake. True when one changed. */
export async function copyForEtcd(files: Files): Promise<boolean> {
  await files.makeDirectory(etcdPki, { mode: 0o700, owner: etcdOwner });
  const copies = [
    [paths.authority, 'ca.crt'],
    [paths.certificate, 'server.crt'],
    [paths.certificateKey, 'server.key'],
  ] as const;
  let changed = false;
  for (const [source, name] of copies) {
    const [content, target] = [(await files.read(source)) ?? '', `${etcdPki}/${name}`];
    if ((await files.read(target)) === content) continue;
    await files.write(target, content, { mode: 0o600, owner: etcdOwner });
    changed = true;
  }
  return changed;
}
