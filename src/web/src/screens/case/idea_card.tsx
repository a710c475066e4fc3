/** One idea: what it is, may I do it, why this one, who agreed, and doing it. */
import { useState } from 'react';
import type { Schemas } from '../../api/client';
import { authored, Choice, Form, MoneyField, optionsOf, TextArea, TextField, wordsBy, type Values } from '../../parts/form';
import { useFormat } from '../../parts/format';
import { Disclosure } from '../../parts/page';
import { ProblemNotice } from '../../parts/problem';
import { Quote, RecordItem } from '../../parts/record';
import type { Write } from '../../api/write';
import { say, words } from '../../words';
import { CheckView, type Change } from './check_view';
import { ConsultSection, isYes } from './consult';
import { useCheckIdea, useChooseIdea, usePlanAction, usePreview, useProposeIdea, useTakeAction, type CaseFile, type Idea } from './queries';
import { TrialForm } from './trial';

type NewIdea = Schemas['NewIdea'];
type OwnVerdict = Schemas['CheckRequest']['own_verdict'];

/** The idea again, with what is changed; nothing is asked in return for a variant that the rules suggest. */
export function variantOf(idea: Idea, change: Change): NewIdea {
  const gesture = change.gesture ?? idea.gesture ?? undefined;
  return {
    gesture,
    words: gesture || !idea.words?.text ? undefined : { text: idea.words.text, author: idea.words.author },
    kind: gesture ? undefined : idea.kind,
    amount: change.amount ?? (change.gesture ? undefined : idea.amount),
    minutes: change.minutes ?? (change.gesture ? undefined : idea.minutes),
    start_at: change.start_at ?? idea.start_at ?? undefined,
    channel: idea.channel,
    origin: 'suggested',
  };
}

const mayDo = (outcome: string | undefined) => outcome === 'allowed' || outcome === 'routine';

/** A changed idea and its check, as one step. */
function useTake(caseId: string, idea: Idea) {
  const propose = useProposeIdea(caseId);
  const check = useCheckIdea();
  const take = (change: Change, then?: (made: Schemas['Check']) => void) =>
    propose.run(variantOf(idea, change), (made) => check.run({ idea: made.id, request: {} }, then));
  return { take, busy: propose.busy || check.busy, error: propose.error ?? check.error, reset: propose.reset, data: undefined };
}

/** A changed idea, checked, and planned for its start where the check allows it: one tap. */
function useSchedule(caseId: string, idea: Idea) {
  const taking = useTake(caseId, idea);
  const plan = usePlanAction();
  const [start, setStart] = useState<string | null>(null);
  const schedule = (change: Change) =>
    taking.take(change, (made) => {
      setStart(change.start_at ?? null);
      if (mayDo(made.outcome)) plan.run(made.idea);
    });
  return { schedule, start, planned: plan.data !== undefined, busy: taking.busy || plan.busy, error: taking.error ?? plan.error };
}

function Scheduled({ start, planned, busy }: { start: string | null; planned: boolean; busy: boolean }) {
  const format = useFormat();
  if (!start || busy) return null;
  return <p className="fine">{planned ? words.ideas.planned(format.time(start)) : words.ideas.notPlanned}</p>;
}

function Choose({ idea }: { idea: Idea }) {
  const choose = useChooseIdea(idea.id);
  return (
    <Disclosure summary={idea.state === 'chosen' ? words.ideas.sayWhy : words.ideas.choose}>
      <Form write={choose} kind="plain" submit={idea.state === 'chosen' ? words.save : words.ideas.choose} send={(values) => ({ words: authored(values.text('/words')) })}>
        <TextArea name="/words" label={words.ideas.reason} />
      </Form>
    </Disclosure>
  );
}

function actionOf(values: Values): Schemas['NewAction'] {
  const promise = values.text('/promises/0/words');
  return {
    state: values.text('/state') as Schemas['NewAction']['state'],
    amount: values.text('/amount'),
    minutes: values.integer('/minutes'),
    words: authored(values.text('/words')),
    occurred_at: values.instant('/occurred_at'),
    promises: promise ? [{ words: wordsBy(promise), due_at: values.instant('/promises/0/due_at') ?? '' }] : undefined,
  };
}

function Act({ idea }: { idea: Idea }) {
  const act = useTakeAction(idea.id);
  const w = words.actions;
  return (
    <div className="quick">
      <button type="button" className="button primary" aria-disabled={act.busy} onClick={() => !act.busy && act.run({})}>{words.ideas.doIt}</button>
      <ProblemNotice error={act.error} />
      <Disclosure summary={words.ideas.planIt}>
        <Form write={act} kind="plain" submit={w.submit} send={actionOf}>
          <Choice name="/state" label={w.state} options={optionsOf(words.actionState, ['done', 'planned', 'partly done', 'failed'])} defaultValue="done" required />
          <div className="pair">
            <MoneyField name="/amount" label={w.amount} defaultValue={idea.amount} />
            <TextField name="/minutes" label={w.minutes} type="number" size="short" defaultValue={String(idea.minutes)} />
          </div>
          <TextArea name="/words" label={w.words} />
          <TextField name="/promises/0/words" label={w.promiseWords} />
          <TextField name="/promises/0/due_at" label={w.promiseDue} type="datetime-local" />
          <TextField name="/occurred_at" label={w.happened} hint={w.happenedHint} type="datetime-local" />
        </Form>
      </Disclosure>
    </div>
  );
}

/** Coaching: first the person's own verdict, then the rules'. */
function CoachedCheck({ idea }: { idea: Idea }) {
  const check = useCheckIdea();
  const w = words.ideas;
  return (
    <Form write={check} submit={w.check}
          send={(values) => ({ idea: idea.id, request: { own_verdict: values.text('/own_verdict') as OwnVerdict } })}>
      <Choice name="/own_verdict" label={w.ownVerdict} hint={w.ownVerdictHint} options={optionsOf(words.outcomeThought)} />
    </Form>
  );
}

function CheckButton({ idea, check }: { idea: Idea; check: Write<{ idea: string; request: object }, Schemas['Check']> }) {
  return (
    <>
      <button type="button" className={`button ${idea.last_check ? 'quiet' : 'primary'}`} aria-disabled={check.busy}
              onClick={() => !check.busy && check.run({ idea: idea.id, request: {} })}>
        {idea.last_check ? words.ideas.checkAgain : words.ideas.check}
      </button>
      <ProblemNotice error={check.error} />
    </>
  );
}

interface IdeaCardProps {
  file: CaseFile;
  idea: Idea;
  coach: boolean;
}

export function IdeaCard({ file, idea, coach }: IdeaCardProps) {
  const format = useFormat();
  const check = useCheckIdea();
  const taking = useTake(file.case.id, idea);
  const scheduling = useSchedule(file.case.id, idea);
  const unchecked = idea.last_check === null;
  const preview = usePreview(idea.id, {}, unchecked && !coach && file.case.state === 'open');
  const shown = idea.last_check ?? (coach ? null : preview.data ?? null);
  const consultations = file.consultations.filter((one) => one.idea === idea.id);
  const acted = file.actions.some((action) => action.idea === idea.id && action.state !== 'reversed');
  const outcome = idea.last_check?.outcome;
  const mayAct = !acted && (mayDo(outcome) || consultations.some(isYes));
  const take = (variant: Schemas['Variant']) => taking.take(variant);
  const mayChange = !acted && file.case.state === 'open';
  // What was weighed before something was done takes less room from then on.
  const settled = file.actions.some((action) => action.state === 'done' && action.recorded_at > idea.recorded_at);
  const controls = (
    <>
      {mayChange && (
        <>
          <div className="idea-do">
            {mayAct && <Act idea={idea} />}
            {coach && unchecked ? <CoachedCheck idea={idea} /> : <CheckButton idea={idea} check={check} />}
          </div>
          {!(coach && unchecked) && (
            <Disclosure summary={words.ideas.try}>
              <TrialForm idea={idea} write={{ ...taking, run: taking.take }} />
            </Disclosure>
          )}
        </>
      )}
      {(idea.state !== 'chosen' || !idea.choice_reason) && <Choose idea={idea} />}
      <ConsultSection idea={idea} consultations={consultations} />
    </>
  );
  return (
    <RecordItem record={idea}>
      <div className={`idea ${idea.state}`}>
        <h3>
          {idea.title} {idea.state !== 'open' && <span className="tag">{words.ideas[idea.state]}</span>}
        </h3>
        <p className="idea-cost">{format.cost(idea.amount, idea.minutes)} · {say(words.origin, idea.origin)}</p>
        {idea.gesture === null ? null : <Quote words={idea.words} />}
        <Quote words={idea.choice_reason} label={`${words.ideas.because}:`} />
        <div role="status">
          {shown && (
            <CheckView check={shown} take={acted ? undefined : take} schedule={mayChange ? scheduling.schedule : undefined}
                       busy={taking.busy || scheduling.busy} />
          )}
          <Scheduled start={scheduling.start} planned={scheduling.planned} busy={scheduling.busy} />
        </div>
        <ProblemNotice error={taking.error ?? scheduling.error} />
        {acted || !settled ? controls : <Disclosure summary={words.actions.more}>{controls}</Disclosure>}
      </div>
    </RecordItem>
  );
}
