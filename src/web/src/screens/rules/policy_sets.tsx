/** The organisation's policy sets: which is in force, what stands in a draft's way, publishing and rolling back. */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, client, type Schemas } from '../../api/client';
import { useRoles } from '../../api/queries';
import { useWrite } from '../../api/write';
import { useFormat } from '../../parts/format';
import { Card, Loaded } from '../../parts/page';
import { ProblemNotice } from '../../parts/problem';
import { say, words } from '../../words';

type PolicySet = Schemas['PolicySet'];
type Check = Schemas['PolicySetCheck'];
const w = words.rules.sets;

function RollBack({ id }: { id: string }) {
  const back = useWrite<void, PolicySet>((_, header) =>
    client.POST('/api/v1/policy-sets/{id}/roll-back', { params: { path: { id }, header } }));
  return (
    <>
      <button type="button" className="button plain" aria-disabled={back.busy} onClick={() => !back.busy && back.run(undefined)}>{w.rollBack}</button>
      <ProblemNotice error={back.error} />
    </>
  );
}

/** What somebody reads before they publish: the button names the findings that stand above it. */
function Findings({ id, check }: { id: string; check: Check }) {
  const publish = useWrite<string, PolicySet>((reviewed, header) =>
    client.POST('/api/v1/policy-sets/{id}/publish', { params: { path: { id }, header }, body: { reviewed } }));
  const { tests, analysis } = check;
  const findings = analysis.tables.flatMap((table) => table.findings.map((one) => ({ ...one, table: table.table })));
  return (
    <>
      <p>{w.examples(tests.passed, tests.passed + tests.failed)} {w.covered(tests.covered, tests.rules)}</p>
      {tests.failures.length > 0 && (
        <ul>
          {tests.failures.map((one, index) => (
            <li key={index}>{w.failure(one.file, one.case, one.decision)} <span className="fine">{w.gotInstead(one.expected, one.got)}</span></li>
          ))}
        </ul>
      )}
      <p>{w.findings(findings.length)}</p>
      {findings.length > 0 && <ul>{findings.map((one, index) => <li key={index}>{one.table ? `${one.table}: ` : ''}{one.message}</li>)}</ul>}
      {check.may_publish && (
        <button type="button" className="button" aria-disabled={publish.busy}
                onClick={() => !publish.busy && publish.run(check.findings_hash)}>{w.publish}</button>
      )}
      <ProblemNotice error={publish.error} />
    </>
  );
}

function Review({ set }: { set: PolicySet }) {
  const [asked, ask] = useState(false);
  const check = useQuery({
    queryKey: ['policy-set-check', set.id, set.version],
    queryFn: () => answer(client.GET('/api/v1/policy-sets/{id}/check', { params: { path: { id: set.id } } })),
    enabled: asked,
  });
  if (!asked) return <button type="button" className="button plain" onClick={() => ask(true)}>{w.check}</button>;
  return <Loaded query={check}>{(one) => <Findings id={set.id} check={one} />}</Loaded>;
}

function SetLine({ set, manages }: { set: PolicySet; manages: boolean }) {
  const format = useFormat();
  return (
    <li>
      <p>
        <strong>{w.numbered(set.number, set.name)}</strong> <span className="tag plain">{say(w.state, set.state)}</span>{' '}
        <span className="fine">{w.rules(set.rules)}{set.published_at && ` · ${w.publishedAt(format.time(set.published_at))}`}</span>
      </p>
      <p className="fine"><code>{set.hash.slice(0, 12)}</code></p>
      {manages && set.state === 'draft' && <Review set={set} />}
      {manages && set.state === 'superseded' && <RollBack id={set.id} />}
    </li>
  );
}

export function PolicySets() {
  const sets = useQuery({ queryKey: ['policy-sets'], queryFn: () => answer(client.GET('/api/v1/policy-sets')) });
  const manages = useRoles().has('manager', 'admin');
  return (
    <Card title={w.title}>
      <Loaded query={sets}>
        {(list) => list.length === 0
          ? <p className="hint">{w.none}</p>
          : <ul className="plain-list">{list.map((set) => <SetLine key={set.id} set={set} manages={manages} />)}</ul>}
      </Loaded>
    </Card>
  );
}
