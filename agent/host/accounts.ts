import { Reread } from './reread.ts';

export interface User {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
}

export interface Group {
  readonly name: string;
  readonly gid: number;
}

/** Users and groups of this machine by name and by number, as /etc/passwd and /etc/group say at this moment. */
export class Accounts {
  readonly #users: Reread<readonly User[]>;
  readonly #groups: Reread<readonly Group[]>;

  constructor(directory = '/etc') {
    this.#users = new Reread(`${directory}/passwd`, parsePasswd);
    this.#groups = new Reread(`${directory}/group`, parseGroup);
  }

  async user(name: string): Promise<User | undefined> {
    return (await this.#users.get()).find((user) => user.name === name);
  }

  /** `user:group`; a number without a name stays a number. */
  async ownerName(uid: number, gid: number): Promise<string> {
    const [users, groups] = [await this.#users.get(), await this.#groups.get()];
    const user = users.find((one) => one.uid === uid)?.name ?? String(uid);
    const group = groups.find((one) => one.gid === gid)?.name ?? String(gid);
    return `${user}:${group}`;
  }

  /** Undefined where one of the two names is not known on this machine. */
  async ownerIds(owner: string): Promise<{ readonly uid: number; readonly gid: number } | undefined> {
    const [userName = '', groupName = ''] = owner.split(':');
    const group = (await this.#groups.get()).find((one) => one.name === groupName);
    const uid = (await this.user(userName))?.uid ?? numberOf(userName);
    const gid = group?.gid ?? numberOf(groupName);
    return uid === undefined || gid === undefined ? undefined : { uid, gid };
  }
}

function numberOf(text: string): number | undefined {
  return /^\d+$/.test(text) ? Number(text) : undefined;
}

/** Lines of `name:password:uid:gid:comment:home:shell`. */
export function parsePasswd(text: string): User[] {
  return fieldsOf(text, 6).map(([name = '', , uid, gid, , home = '']) => ({
    name,
    uid: Number(uid),
    gid: Number(gid),
    home,
  }));
}

/** Lines of `name:password:gid:members`. */
export function parseGroup(text: string): Group[] {
  return fieldsOf(text, 3).map(([name = '', , gid]) => ({ name, gid: Number(gid) }));
}

function fieldsOf(text: string, least: number): string[][] {
  return text
    .split('\n')
    .map((line) => line.split(':'))
    .filter((fields) => fields.length >= least && !fields[0]?.startsWith('#'));
}
