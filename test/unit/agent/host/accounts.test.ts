import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Accounts, parseGroup, parsePasswd } from '../../../../agent/host/accounts.ts';

const passwd =
  'root:x:0:0:root:/root:/bin/bash\n# none\n+::::::\nwww-data:x:33:33:www:/var/www:/usr/sbin/nologin\n';
const group = 'root:x:0:\nwww-data:x:33:alice,bob\nbroken\n';

describe('parsePasswd and parseGroup', () => {
  it('read name, numbers and home', () => {
    expect(parsePasswd(passwd)).toContainEqual({ name: 'www-data', uid: 33, gid: 33, home: '/var/www' });
    expect(parseGroup(group)).toEqual([
      { name: 'root', gid: 0 },
      { name: 'www-data', gid: 33 },
    ]);
  });
});

describe('Accounts', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'muster-accounts-'));
    await writeFile(join(directory, 'passwd'), passwd);
    await writeFile(join(directory, 'group'), group);
  });
  afterEach(() => rm(directory, { recursive: true }));

  it('names owners and finds them by name or number', async () => {
    const accounts = new Accounts(directory);

    expect(await accounts.ownerName(33, 0)).toBe('www-data:root');
    expect(await accounts.ownerName(4711, 4712)).toBe('4711:4712');
    expect(await accounts.ownerIds('www-data:root')).toEqual({ uid: 33, gid: 0 });
    expect(await accounts.ownerIds('4711:4712')).toEqual({ uid: 4711, gid: 4712 });
    expect(await accounts.ownerIds('nobody-here:root')).toBeUndefined();
  });

  it('sees an account that came since', async () => {
    const accounts = new Accounts(directory);
    expect(await accounts.user('etcd')).toBeUndefined();

    await writeFile(join(directory, 'passwd'), `${passwd}etcd:x:105:110::/var/lib/etcd:/bin/false\n`);

    expect(await accounts.user('etcd')).toMatchObject({ uid: 105, gid: 110 });
  });
});
