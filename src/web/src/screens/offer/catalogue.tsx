/** The gesture catalogue: what people here know how to do well. */
import type { Schemas } from '../../api/client';
import { useGestures, useRoles } from '../../api/queries';
import { Checkbox, Form, MoneyField, optionsOf, Select, TextArea, TextField } from '../../parts/form';
import { useFormat } from '../../parts/format';
import { Card, Disclosure, Loaded } from '../../parts/page';
import { ProblemNotice } from '../../parts/problem';
import { say, words } from '../../words';
import { useAddGesture, useRetireGesture } from './queries';

type Gesture = Schemas['Gesture'];
const w = words.offer;

function Retire({ id }: { id: string }) {
  const retire = useRetireGesture(id);
  return (
    <>
      <button type="button" className="button quiet" aria-disabled={retire.busy} onClick={() => !retire.busy && retire.run(undefined)}>{w.retire}</button>
      <ProblemNotice error={retire.error} />
    </>
  );
}

function GestureLine({ one, manages }: { one: Gesture; manages: boolean }) {
  const format = useFormat();
  return (
    <li className={one.state === 'retired' ? 'gesture retired' : 'gesture'}>
      <details className="disclosure">
        <summary>
          <span>
            <span className="gesture-title">{one.title}</span> <span className="fine">{format.cost(one.amount, one.minutes)}</span>{' '}
            {one.routine && <span className="tag">{w.isRoutine}</span>}
            {one.state === 'retired' && <span className="tag plain">{w.retired}</span>}
          </span>
        </summary>
        <div className="disclosed">
          <p>{one.description}</p>
          <p className="fine">{[one.code, say(words.gestureKind, one.kind), one.dimension && say(words.dimension, one.dimension), one.needs].filter(Boolean).join(' · ')}</p>
          {manages && one.state === 'active' && <Retire id={one.id} />}
        </div>
      </details>
    </li>
  );
}

function AddGesture() {
  const add = useAddGesture();
  return (
    <Form write={add} kind="plain" submit={w.addGesture}
          send={(values) => ({
            code: values.text('/code') ?? '',
            title: values.text('/title') ?? '',
            kind: values.text('/kind') as Gesture['kind'],
            description: values.text('/description'),
            amount: values.text('/amount'),
            minutes: values.integer('/minutes') ?? 0,
            cash: values.checked('/cash') || undefined,
            dimension: values.text('/dimension') as Schemas['Dimension'] | undefined,
            needs: values.text('/needs'),
          })}>
      <TextField name="/title" label={w.gestureTitle} required />
      <TextField name="/code" label={w.code} hint={w.codeHint} required />
      <Select name="/kind" label={w.kind} required options={optionsOf(words.gestureKind)} defaultValue="attention" />
      <TextArea name="/description" label={w.description} />
      <div className="pair">
        <MoneyField name="/amount" label={w.amount} />
        <TextField name="/minutes" label={w.minutesNeeded} type="number" size="short" required />
      </div>
      <Select name="/dimension" label={w.dimension} none={w.none_} options={optionsOf(words.dimension)} />
      <TextField name="/needs" label={w.needs} />
      <Checkbox name="/cash" label={w.cash} />
    </Form>
  );
}

export function Catalogue() {
  const gestures = useGestures();
  const manages = useRoles().has('manager');
  return (
    <Card title={w.catalogue}>
      <p className="hint">{w.catalogueHint}</p>
      <Loaded query={gestures}>
        {(list) => <ul className="plain-list gestures">{list.map((one) => <GestureLine key={one.id} one={one} manages={manages} />)}</ul>}
      </Loaded>
      {manages && <Disclosure summary={w.addGesture}><AddGesture /></Disclosure>}
    </Card>
  );
}
