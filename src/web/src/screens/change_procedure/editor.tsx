/** Changing the procedure: its steps, what each means, where it goes from there and who may take it. */
import { useState } from 'react';
import { client } from '../../api/client';
import { useWrite } from '../../api/write';
import { Form } from '../../parts/form';
import { say, words } from '../../words';
import { addStep, changeStep, draftOf, ends, procedureOf, takeOutStep, type Draft, type Meaning, type Procedure, type Step, type Way, type Who } from './draft';

const w = words.procedure;
const everybody = Object.keys(w.who) as Who[];
type Change = (next: Draft) => void;

const useSetProcedure = () =>
  useWrite<Procedure, Procedure>((body, header) => client.POST('/api/v1/change-procedure', { params: { header }, body }));

function WayFields({ way, to, change, takeOut }: { way: Way; to: string; change: (who: Who[]) => void; takeOut: () => void }) {
  return (
    <fieldset className="checks way">
      <legend>{w.by(to)}</legend>
      {everybody.map((who) => (
        <label key={who} className="checkbox">
          <input type="checkbox" checked={way.who.includes(who)}
                 onChange={(event) => change(event.currentTarget.checked ? [...way.who, who] : way.who.filter((one) => one !== who))} />{' '}
          <span>{say(w.who, who)}</span>
        </label>
      ))}
      <button type="button" className="link" onClick={takeOut}>{w.takeOutWay(to)}</button>
    </fieldset>
  );
}

function Ways({ draft, step, change }: { draft: Draft; step: Step; change: Change }) {
  const nameOf = (id: number) => draft.steps.find((one) => one.id === id)?.name ?? '';
  const set = (ways: (old: Way[]) => Way[]) => change(changeStep(draft, step.id, (one) => ({ ways: ways(one.ways) })));
  const left = draft.steps.filter(({ id }) => id !== step.id && !step.ways.some(({ to }) => to === id));
  return (
    <>
      {step.ways.map((way) => (
        <WayFields key={way.to} way={way} to={nameOf(way.to)}
                   change={(who) => set((old) => old.map((one) => (one.to === way.to ? { ...one, who } : one)))}
                   takeOut={() => set((old) => old.filter(({ to }) => to !== way.to))} />
      ))}
      {left.length > 0 && (
        <div className="field">
          <label htmlFor={`way-${step.id}`}>{w.addWay}</label>
          <select id={`way-${step.id}`} value="" onChange={(event) => set((old) => [...old, { to: Number(event.target.value), who: ['manager'] }])}>
            <option value="">{words.chooseOne}</option>
            {left.map(({ id, name }) => <option key={id} value={id}>{name}</option>)}
          </select>
        </div>
      )}
    </>
  );
}

function StepFields({ draft, step, place, change }: { draft: Draft; step: Step; place: number; change: Change }) {
  const field = `step-${step.id}`;
  return (
    <fieldset className="step-fields">
      <legend>{w.step(place + 1)}</legend>
      <div className="pair">
        <div className="field">
          <label htmlFor={`${field}-name`}>{w.stepName}</label>
          <input id={`${field}-name`} className="full" value={step.name} maxLength={60} required autoComplete="off"
                 onChange={(event) => change(changeStep(draft, step.id, () => ({ name: event.target.value })))} />
        </div>
        <div className="field">
          <label htmlFor={`${field}-is`}>{w.means}</label>
          <select id={`${field}-is`} value={step.is} onChange={(event) => change(changeStep(draft, step.id, () => ({ is: event.target.value as Meaning })))}>
            {Object.keys(w.is).map((is) => <option key={is} value={is}>{say(w.is, is)}</option>)}
          </select>
        </div>
      </div>
      {!ends(step.is) && <Ways draft={draft} step={step} change={change} />}
      <button type="button" className="link" onClick={() => change(takeOutStep(draft, step.id))}>{w.takeOutStep(step.name)}</button>
    </fieldset>
  );
}

export function Editor({ procedure }: { procedure: Procedure }) {
  const set = useSetProcedure();
  const [draft, setDraft] = useState(() => draftOf(procedure));
  const change = (next: Draft) => { set.reset(); setDraft(next); };
  return (
    <>
      <Form write={set} submit={w.submit} keep send={() => procedureOf(draft)}
            extra={<button type="button" className="button quiet" onClick={() => change(addStep(draft, w.newStep))}>{w.addStep}</button>}>
        <div className="field">
          <label htmlFor="procedure-name">{w.name}</label>
          <input id="procedure-name" className="full" value={draft.name} maxLength={200} required autoComplete="off"
                 onChange={(event) => change({ ...draft, name: event.target.value })} />
        </div>
        {draft.steps.map((step, place) => <StepFields key={step.id} draft={draft} step={step} place={place} change={change} />)}
        <p className="hint">{w.inUse}</p>
      </Form>
      <div role="status">{set.data && <p className="notice">{w.saved}</p>}</div>
    </>
  );
}
