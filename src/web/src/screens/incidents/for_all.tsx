/** One gesture for everybody: proposed, checked and agreed to once, then planned. */
import type { Schemas } from '../../api/client';
import { useGestures } from '../../api/queries';
import { authored, Checkbox, Form, MoneyField, Select, TextArea, TextField } from '../../parts/form';
import { useFormat } from '../../parts/format';
import { Card, Disclosure } from '../../parts/page';
import { ProblemNotice } from '../../parts/problem';
import { RecordItem } from '../../parts/record';
import { words } from '../../words';
import { CheckView } from '../case/check_view';
import { ConsultSection, isYes } from '../case/consult';
import { useCheckIdea } from '../case/queries';
import { usePlan, useProposeForAll, type IncidentFile } from './queries';

type Idea = Schemas['Idea'];
const w = words.incidents;

function Propose({ incident }: { incident: string }) {
  const gestures = useGestures();
  const propose = useProposeForAll(incident);
  const check = useCheckIdea();
  const active = (gestures.data ?? []).filter((one) => one.state === 'active');
  return (
    <>
      <Form write={propose} kind="plain" submit={w.proposeSubmit} then={(idea) => check.run({ idea: idea.id, request: {} })}
            send={(values) => ({ gesture: values.text('/gesture'), amount: values.text('/amount'), minutes: values.integer('/minutes'), origin: 'own' as const })}>
        <Select name="/gesture" label={words.ideas.gesture} required none={words.chooseOne} options={active.map((one) => [one.code, one.title])} />
        <div className="pair">
          <MoneyField name="/amount" label={w.amountEach} hint={w.eachHint} />
          <TextField name="/minutes" label={w.minutesEach} type="number" size="short" />
        </div>
      </Form>
      <ProblemNotice error={check.error} />
    </>
  );
}

function PlanForm({ file, idea }: { file: IncidentFile; idea: Idea }) {
  const plan = usePlan(file.incident.id);
  const suggestion = w.messageSuggestion(file.incident.title, idea.title);
  return (
    <Form write={plan} submit={w.planSubmit}
          send={(values) => ({
            idea: idea.id,
            message: authored(values.text('/message') ?? suggestion, suggestion)!,
            promotion: values.checked('/promotion') || undefined,
          })}>
      <TextArea name="/message" label={w.message} hint={w.messageHint} defaultValue={suggestion} rows={4} required />
      <Checkbox name="/promotion" label={w.promotion} />
    </Form>
  );
}

function IdeaForAll({ file, idea }: { file: IncidentFile; idea: Idea }) {
  const format = useFormat();
  const check = useCheckIdea();
  const consultations = file.consultations.filter((one) => one.idea === idea.id);
  const outcome = idea.last_check?.outcome;
  const agreed = outcome === 'allowed' || outcome === 'routine' || (outcome === 'needs sign-off' && consultations.some(isYes));
  const left = file.progress.affected - file.progress.planned;
  return (
    <RecordItem record={idea}>
      <div className="idea">
        <h3>{idea.title}</h3>
        <p className="idea-cost">{format.cost(idea.amount, idea.minutes)} {w.forEach}</p>
        <div role="status">{idea.last_check && <CheckView check={idea.last_check} />}</div>
        {left > 0 && (
          <>
            <button type="button" className={`button ${idea.last_check ? 'quiet' : 'primary'}`} aria-disabled={check.busy}
                    onClick={() => !check.busy && check.run({ idea: idea.id, request: {} })}>
              {idea.last_check ? words.ideas.checkAgain : words.ideas.check}
            </button>
            <ProblemNotice error={check.error} />
            {agreed && <Disclosure summary={w.plan(left)} open><PlanForm file={file} idea={idea} /></Disclosure>}
          </>
        )}
        {idea.last_check && (outcome === 'needs sign-off' || consultations.length > 0) && <ConsultSection idea={idea} consultations={consultations} />}
      </div>
    </RecordItem>
  );
}

export function ForAllCard({ file }: { file: IncidentFile }) {
  const open = file.incident.closed_at === null;
  if (file.progress.affected === 0 && file.ideas.length === 0) return null;
  return (
    <Card title={w.forAll}>
      <p className="hint">{w.forAllHint}</p>
      {file.ideas.length > 0 && <ul className="records">{file.ideas.map((idea) => <IdeaForAll key={idea.id} file={file} idea={idea} />)}</ul>}
      {open && <Disclosure summary={file.ideas.length === 0 ? w.propose : words.ideas.another} open={file.ideas.length === 0}><Propose incident={file.incident.id} /></Disclosure>}
    </Card>
  );
}
