/** My unit: what my work already shows, criterion by criterion, what is missing, and each record a tap away. */
import { Link } from '@tanstack/react-router';
import { useQuery } from '@tanstack/react-query';
import { answer, client, type Schemas } from '../../api/client';
import { useRoles, useSession } from '../../api/queries';
import { useWrite } from '../../api/write';
import { Form, Select } from '../../parts/form';
import { useFormat } from '../../parts/format';
import { Card, Disclosure, Loaded, Page } from '../../parts/page';
import { personName } from '../../parts/record';
import { Mark } from '../../parts/verdict';
import { say, words } from '../../words';

type Enrolment = Schemas['Enrolment'];
type Criterion = Schemas['CriterionCoverage'];
type EvidenceLink = Schemas['EvidenceLink'];
const w = words.unit;

const useEnrolments = () =>
  useQuery({ queryKey: ['enrolments'], queryFn: () => answer(client.GET('/api/v1/enrolments')) });

const useCoverage = (id: string) =>
  useQuery({
    queryKey: ['coverage', id],
    queryFn: () => answer(client.GET('/api/v1/enrolments/{id}/coverage', { params: { path: { id } } })),
  });

const useFrameworks = () =>
  useQuery({ queryKey: ['frameworks'], queryFn: () => answer(client.GET('/api/v1/frameworks')) });

/** What is missing is not wrong: it is an empty circle. */
const markOf: Record<string, string> = { evidenced: 'ok', partly: 'routine', missing: 'open', 'needs account': 'needs sign-off' };

function RecordLink({ link }: { link: EvidenceLink }) {
  const format = useFormat();
  const text = format.sentence(link.says);
  return (
    <li>
      {link.case_id ? <Link to="/cases/$caseId" params={{ caseId: link.case_id }} hash={`record-${link.record}`}>{text}</Link> : text}{' '}
      <span className="stamp">
        {format.time(link.occurred_at)} · {link.context}
        {link.late && ` · ${w.late}`}
        {link.author && link.author !== 'own_words' && ` · ${say(words.author, link.author)}`}
      </span>
    </li>
  );
}

function CriterionLine({ one }: { one: Criterion }) {
  return (
    <li className="criterion" data-code={one.code} data-state={one.state}>
      <Mark outcome={markOf[one.state] ?? 'open'} />
      <div>
        <p><strong>{one.code}</strong> {one.text}</p>
        <p className="fine">{say(words.coverage, one.state)} · {say(w.kind, one.kind)}</p>
        {one.missing.length > 0 && (
          <>
            <p className="label">{w.missing}</p>
            <ul>{one.missing.map((text) => <li key={text}>{text}</li>)}</ul>
          </>
        )}
        {one.records.length > 0 && (
          <Disclosure summary={w.records(one.records.length)}>
            <ul className="plain-list">{one.records.map((link) => <RecordLink key={link.record_kind + link.record} link={link} />)}</ul>
          </Disclosure>
        )}
      </div>
    </li>
  );
}

function Coverage({ enrolment }: { enrolment: Enrolment }) {
  const coverage = useCoverage(enrolment.id);
  const { person } = useSession();
  const { framework } = enrolment;
  const of = enrolment.person.id === person.id ? '' : ` · ${personName(enrolment.person, person.id)}`;
  return (
    <>
      <Card title={`${framework.code} ${framework.title}`}>
        <p className="fine">{framework.awarding_body} · {framework.level}{of}</p>
        <Loaded query={coverage}>
          {(data) => (
            <>
              <p className="score"><strong>{w.evidenced(data.evidenced, data.of)}</strong></p>
              <progress max={data.of} value={data.evidenced} aria-label={w.evidenced(data.evidenced, data.of)} />
              {data.warnings.length > 0 && <><p className="label">{w.warnings}</p><ul>{data.warnings.map((text) => <li key={text}>{text}</li>)}</ul></>}
              <ul className="criteria">{data.criteria.map((one) => <CriterionLine key={one.code} one={one} />)}</ul>
              {data.sufficiency.length > 0 && <h3>{w.sufficiency}</h3>}
              <ul className="criteria">
                {data.sufficiency.map((one) => (
                  <li key={one.requirement} className="criterion">
                    <Mark outcome={one.met ? 'ok' : 'open'} />
                    <div><p>{one.requirement}</p><p className="fine">{one.met ? w.met : w.notMet} · {one.says}</p></div>
                  </li>
                ))}
              </ul>
            </>
          )}
        </Loaded>
      </Card>
    </>
  );
}

function Enrol() {
  const frameworks = useFrameworks();
  const enrol = useWrite<Schemas['NewEnrolment'], Enrolment>((body, header) => client.POST('/api/v1/enrolments', { params: { header }, body }));
  if (!frameworks.data?.length) return null;
  return (
    <Form write={enrol} submit={w.enrol} send={(values) => ({ framework: values.text('/framework') ?? '' })}>
      <Select name="/framework" label={w.enrolOn} required options={frameworks.data.map((one) => [one.code, `${one.code} ${one.title}`])} />
    </Form>
  );
}

export function UnitScreen() {
  const enrolments = useEnrolments();
  const learns = useRoles().has('learner');
  return (
    <Page title={w.title} lead={w.lead}>
      <Loaded query={enrolments}>
        {(list) => list.length > 0 ? list.map((one) => <Coverage key={one.id} enrolment={one} />) : (
          <>
            <p className="empty">{w.none}</p>
            {learns && <Enrol />}
          </>
        )}
      </Loaded>
    </Page>
  );
}
