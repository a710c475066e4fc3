/** Step 5: what was done, with its promises, how the customer was told, how others fared, what came of it. */
import type { Schemas } from '../../api/client';
import { authored, Checkbox, Choice, Form, optionsOf, TextArea, TextField, wordsBy } from '../../parts/form';
import { useFormat } from '../../parts/format';
import { Disclosure } from '../../parts/page';
import { ProblemNotice } from '../../parts/problem';
import { Quote, RecordItem } from '../../parts/record';
import { OthersForm } from '../../parts/records/others_form';
import { SettlePromise } from '../../parts/records/promise_form';
import { ToldForm } from '../../parts/records/told_form';
import { useChangeAction } from '../../parts/records/writes';
import { say, words } from '../../words';
import { useMakePromise, useNoteOutcome, type CaseFile } from './queries';
import { Step } from './step';

type Action = Schemas['Action'];
type Channel = Schemas['Channel'];
type NewOutcome = Schemas['NewOutcome'];
const w = words.actions;

function Undo({ action }: { action: Action }) {
  const change = useChangeAction(action.id);
  const to = (state: Schemas['ActionChange']['state']) => !change.busy && change.run({ state });
  if (action.state === 'reversed' || action.state === 'failed') return null;
  return (
    <span className="undo">
      {action.state === 'planned' && (
        <button type="button" className="button plain" aria-disabled={change.busy} onClick={() => to('done')}>{words.ideas.doIt}</button>
      )}
      <button type="button" className="link" aria-disabled={change.busy} onClick={() => to('reversed')}>{w.undo}</button>
      <ProblemNotice error={change.error} />
    </span>
  );
}

function Promises({ action }: { action: Action }) {
  const make = useMakePromise(action.id);
  const format = useFormat();
  return (
    <>
      {action.promises.length > 0 && <h4>{w.promised}</h4>}
      <ul className="records">
        {action.promises.map((promise) => (
          <RecordItem key={promise.id} record={promise}>
            <p>{w.due(format.time(promise.due_at))}: <strong>{say(words.promiseState, promise.state)}</strong></p>
            <Quote words={promise.words} />
            {(promise.state === 'open' || promise.state === 'renegotiated') && <SettlePromise promise={promise.id} />}
          </RecordItem>
        ))}
      </ul>
      <Disclosure summary={w.addPromise}>
        <Form write={make} kind="plain" submit={w.promiseSubmit}
              send={(values) => ({ due_at: values.instant('/due_at') ?? '', words: wordsBy(values.text('/words')) })}>
          <TextField name="/words" label={w.promiseWords} required />
          <TextField name="/due_at" label={w.promiseDue} type="datetime-local" required />
        </Form>
      </Disclosure>
    </>
  );
}

function Told({ action, channel }: { action: Action; channel: Channel }) {
  return (
    <div className="after" id={`told-${action.id}`}>
      <h4>{action.awareness.length > 0 ? w.toldDone : w.told}</h4>
      <ul className="records">
        {action.awareness.map((one) => (
          <RecordItem key={one.id} record={one}>
            <p>{say(words.channel, one.channel)}{one.acknowledged && ` · ${w.toldAcknowledged}`}</p>
            <Quote words={one.words} />
          </RecordItem>
        ))}
      </ul>
      {action.awareness.length === 0 && <ToldForm action={action.id} title={action.title} channel={channel} />}
    </div>
  );
}

function Others({ action }: { action: Action }) {
  return (
    <div className="after">
      <h4>{action.effects.length > 0 ? w.othersDone : w.others}</h4>
      <ul className="records">
        {action.effects.map((one) => (
          <RecordItem key={one.id} record={one}>
            <p>{one.sentence}</p>
            <Quote words={one.words} />
          </RecordItem>
        ))}
      </ul>
      {action.effects.length === 0 ? <OthersForm action={action.id} /> : <Disclosure summary={w.more}><OthersForm action={action.id} /></Disclosure>}
    </div>
  );
}

function Outcomes({ action }: { action: Action }) {
  const note = useNoteOutcome(action.id);
  return (
    <div className="after">
      <h4>{w.outcomeDone}</h4>
      <ul className="records">
        {action.outcomes.map((one) => (
          <RecordItem key={one.id} record={one}>
            <p>{say(words.outcomeKind, one.kind)}: {one.measured_by}{one.tangible && <span className="tag plain">{w.tangible}</span>}</p>
            <Quote words={one.words} />
          </RecordItem>
        ))}
      </ul>
      <Disclosure summary={action.outcomes.length > 0 ? w.more : w.outcome}>
        <Form write={note} kind="plain" submit={words.save}
              send={(values) => ({
                kind: values.text('/kind') as NewOutcome['kind'],
                measured_by: values.text('/measured_by') ?? '',
                tangible: values.checked('/tangible'),
                words: authored(values.text('/words')),
              })}>
          <Choice name="/kind" label={w.outcomeKind} options={optionsOf(words.outcomeKind)} required />
          <TextField name="/measured_by" label={w.measured} hint={w.measuredHint} required />
          <Checkbox name="/tangible" label={w.tangible} />
          <TextArea name="/words" label={w.words} />
        </Form>
      </Disclosure>
    </div>
  );
}

interface ActionCardProps {
  action: Action;
  channel: Channel;
  /** When it is to be done, of one that is planned. */
  plannedFor: string | null;
}

function ActionCard({ action, channel, plannedFor }: ActionCardProps) {
  const format = useFormat();
  const stands = action.state === 'done' || action.state === 'partly done' || action.state === 'planned';
  return (
    <RecordItem record={action}>
      <div className={`action ${stands ? '' : 'gone'}`}>
        <h3>{action.title} <span className="tag">{plannedFor ? w.plannedFor(format.time(plannedFor)) : say(words.actionState, action.state)}</span></h3>
        <p className="idea-cost">{format.cost(action.amount, action.minutes)} <Undo action={action} /></p>
        <Quote words={action.words} />
        {stands && (
          <>
            <Told action={action} channel={channel} />
            <Others action={action} />
            <Outcomes action={action} />
            <Promises action={action} />
          </>
        )}
      </div>
    </RecordItem>
  );
}

function plannedFor(file: CaseFile, action: Action): string | null {
  if (action.state !== 'planned') return null;
  return file.ideas.find((idea) => idea.id === action.idea)?.start_at ?? null;
}

export function ActionsStep({ file }: { file: CaseFile }) {
  const done = file.actions.some((action) => action.state === 'done' || action.state === 'partly done');
  return (
    <Step number={5} id="actions" title={words.steps.actions} done={done}>
      {file.actions.length === 0 && <p className="empty">{w.none}</p>}
      <ul className="records">
        {file.actions.map((action) => (
          <ActionCard key={action.id} action={action} channel={file.case.channel as Channel} plannedFor={plannedFor(file, action)} />
        ))}
      </ul>
    </Step>
  );
}
