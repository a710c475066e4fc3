/** One card closes what is open at the end of a shift; every question is answered where it stands. */
import { Link } from '@tanstack/react-router';
import type { Schemas } from '../../api/client';
import { useCaseOf, useOpenEnds } from '../../api/queries';
import { useFormat } from '../../parts/format';
import { Loaded, Page } from '../../parts/page';
import { ProblemNotice } from '../../parts/problem';
import { FeedbackForm } from '../../parts/records/feedback_form';
import { OthersForm } from '../../parts/records/others_form';
import { PassOnForm } from '../../parts/records/pass_on_form';
import { SettlePlanned } from '../../parts/records/planned_form';
import { SettlePromise } from '../../parts/records/promise_form';
import { ToldForm } from '../../parts/records/told_form';
import { useConfirmConsultation } from '../../parts/records/writes';
import { say, words } from '../../words';

type OpenEnd = Schemas['OpenEnd'];
const w = words.endOfShift;

function Told({ one }: { one: OpenEnd }) {
  const file = useCaseOf(one.case_id);
  if (!file.data) return null;
  const action = file.data.actions.find((candidate) => candidate.id === one.record);
  return <ToldForm action={one.record} title={action?.title ?? file.data.case.reason} channel={file.data.case.channel as Schemas['Channel']} />;
}

function Reaction({ one }: { one: OpenEnd }) {
  const file = useCaseOf(one.case_id);
  if (!one.case_id || !file.data) return null;
  const action = file.data.actions.find((candidate) => candidate.id === one.record);
  return <FeedbackForm caseId={one.case_id} action={action?.id} about={file.data.case.agent.id} />;
}

function Praise({ one }: { one: OpenEnd }) {
  const file = useCaseOf(one.case_id);
  const about = file.data?.feedback.find((candidate) => candidate.id === one.record)?.about_person?.id;
  return <PassOnForm feedback={one.record} about={about} />;
}

function Confirm({ one }: { one: OpenEnd }) {
  const confirm = useConfirmConsultation(one.record);
  return (
    <>
      <button type="button" className="button primary" aria-disabled={confirm.busy} onClick={() => !confirm.busy && confirm.run(undefined)}>{words.consult.confirm}</button>
      <ProblemNotice error={confirm.error} />
    </>
  );
}

/** Which case it is about, in its own words: a reference alone says little at the end of a long day. */
function About({ one }: { one: OpenEnd }) {
  const file = useCaseOf(one.case_id);
  const format = useFormat();
  const action = file.data?.actions.find((candidate) => candidate.id === one.record);
  return (
    <p className="over">
      {say(w.kinds, one.kind)}{one.due_at && ` · ${w.due(format.time(one.due_at))}`}
      {one.case_id && <> · <Link to="/cases/$caseId" params={{ caseId: one.case_id }}>{file.data?.case.reason ?? w.goToCase}</Link></>}
      {action && ` · ${action.title}`}
    </p>
  );
}

function Answer({ one }: { one: OpenEnd }) {
  switch (one.kind) {
    case 'told': return <Told one={one} />;
    case 'reaction': return <Reaction one={one} />;
    case 'others': return <OthersForm action={one.record} />;
    case 'promise': return <SettlePromise promise={one.record} />;
    case 'planned': return <SettlePlanned action={one.record} />;
    case 'praise': return <Praise one={one} />;
    case 'confirm': return <Confirm one={one} />;
  }
}

export function EndOfShiftScreen() {
  const openEnds = useOpenEnds();
  return (
    <Page title={w.title} lead={w.lead}>
      <Loaded query={openEnds}>
        {({ items }) => (
          <>
            <div role="status">{items.length === 0 ? <p className="all-done">{w.empty}</p> : <p className="fine">{words.desk.endOfShift(items.length)}</p>}</div>
            <ul className="card-list">
              {items.map((one) => (
                <li key={`${one.kind}${one.record}`} className="card open-end" data-kind={one.kind}>
                  <About one={one} />
                  <h2>{one.question}</h2>
                  <Answer one={one} />
                </li>
              ))}
            </ul>
          </>
        )}
      </Loaded>
    </Page>
  );
}
