/** The rule set in force: its name and fingerprint, its files and decisions. */
import { useQuery } from '@tanstack/react-query';
import { answer, client, type Schemas } from '../../api/client';
import { useRoles } from '../../api/queries';
import { useWrite } from '../../api/write';
import { Card, Loaded, Page } from '../../parts/page';
import { ProblemNotice } from '../../parts/problem';
import { words } from '../../words';
import { PolicySets } from './policy_sets';

const w = words.rules;

function Reload() {
  const reload = useWrite<void, Schemas['PolicyInfo']>((_, header) => client.POST('/api/v1/policy/reload', { params: { header } }));
  return (
    <>
      <button type="button" className="button plain" aria-disabled={reload.busy} onClick={() => !reload.busy && reload.run(undefined)}>{w.reload}</button>
      <p role="status">{reload.data && w.reloaded}</p>
      <ProblemNotice error={reload.error} />
    </>
  );
}

export function RulesScreen() {
  const policy = useQuery({ queryKey: ['policy'], queryFn: () => answer(client.GET('/api/v1/policy')) });
  const manages = useRoles().has('manager', 'admin');
  return (
    <Page title={w.title} lead={w.lead}>
      <Loaded query={policy}>
        {(info) => (
          <>
            <Card title={info.name}>
              <dl className="facts-list">
                <dt>{w.hash}</dt>
                <dd><code>{info.hash}</code><p className="hint">{w.hashHint}</p></dd>
                <dt>{w.count}</dt>
                <dd>{info.rules}</dd>
              </dl>
              {manages && <Reload />}
            </Card>
            <PolicySets />
            <Card title={w.decisions}><ul>{info.decisions.map((name) => <li key={name}>{name}</li>)}</ul></Card>
            <Card title={w.files}><ul className="files">{info.files.map((name) => <li key={name}><code>{name}</code></li>)}</ul></Card>
          </>
        )}
      </Loaded>
    </Page>
  );
}
