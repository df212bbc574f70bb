import type { NodeView, View } from '../../roles/model/view.ts';
import type { Risk } from './contract.ts';

/** What web nodes say of their way to the databases, and replicas of their delay. Of the silent nothing new is known. */
export function endpointRisks(view: View): Risk[] {
  const heard = view.nodes.filter(({ verdict }) => verdict === 'alive' || verdict === 'suspect');
  const says = (role: 'web' | 'db', word: string, value: string): readonly NodeView[] =>
    heard.filter((node) => node.roles.includes(role) && node.facts?.details?.[role]?.[word] === value);
  return [
    ...risk('no-writes', says('web', 'writes', 'down'), (names) => {
      return `No write of ${names} reaches a database: the primary${nameOfPrimary(view)} does not answer there.`;
    }),
    ...risk('no-reads', says('web', 'reads', 'down'), (names) => {
      return `No read of ${names} reaches a database: none of those that are to be read from answers there.`;
    }),
    ...risk('replica-behind', says('db', 'lag', 'behind'), (names) => {
      return `Nothing is read from ${names} until it has caught up with the primary: others answer meanwhile.`;
    }),
  ];
}

function risk(code: string, nodes: readonly NodeView[], sentence: (names: string) => string): Risk[] {
  const [first] = nodes;
  if (first === undefined) return [];
  const names = nodes.map(({ record }) => record.name).join(', ');
  return [{ code, sentence: sentence(names), next: `muster status; on ${first.record.name}: muster doctor` }];
}

function nameOfPrimary({ nodes, database }: View): string {
  const name = nodes.find(({ record }) => record.id === database?.primary)?.record.name;
  return name === undefined ? '' : ` ${name}`;
}
