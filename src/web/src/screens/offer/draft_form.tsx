/** The next version of the offer: the promises in force, to be changed, emptied or added to. */
import { useState } from 'react';
import type { Schemas } from '../../api/client';
import { useGestures } from '../../api/queries';
import { Form, optionsOf, Select, TextArea, TextField, type Values } from '../../parts/form';
import { words } from '../../words';
import { useDraftOffer, type Offer, type OfferItemInput } from './queries';

const w = words.offer;
const spareRows = 1;

/** What a row does not show (channel, segment, touchpoint) is carried over from the promise that it started with. */
function itemsOf(values: Values, count: number, start: Offer | undefined): OfferItemInput[] {
  return Array.from({ length: count }, (_, index): OfferItemInput | null => {
    const at = `/items/${index}`;
    const promise = values.text(`${at}/promise`);
    const before = start?.items[index];
    return promise === undefined ? null : {
      promise,
      standard: before?.standard ?? undefined,
      channel: before?.channel ?? undefined,
      segment: before?.segment ?? undefined,
      touchpoint: before?.touchpoint ?? undefined,
      standard_minutes: values.integer(`${at}/standard_minutes`),
      dimension: values.text(`${at}/dimension`) as Schemas['Dimension'] | undefined,
      gesture: values.text(`${at}/gesture`),
    };
  }).filter((item) => item !== null);
}

export function DraftForm({ start }: { start: Offer | undefined }) {
  const draft = useDraftOffer();
  const gestures = useGestures();
  const [rows, setRows] = useState((start?.items.length ?? 0) + spareRows);
  const gestureOptions = (gestures.data ?? []).filter((one) => one.state === 'active').map((one): [string, string] => [one.code, one.title]);
  if (!gestures.data) return null;
  return (
    <Form write={draft} submit={w.saveDraft}
          send={(values) => ({ title: values.text('/title') ?? '', summary: values.text('/summary') ?? '', items: itemsOf(values, rows, start) })}
          extra={<button type="button" className="button quiet" onClick={() => setRows(rows + 1)}>{w.addPromise}</button>}>
      <p className="hint">{w.nextHint}</p>
      <TextField name="/title" label={w.titleField} required defaultValue={start?.title} />
      <TextArea name="/summary" label={w.summary} required defaultValue={start?.summary} />
      {Array.from({ length: rows }, (_, index) => {
        const item = start?.items[index];
        return (
          <fieldset key={index} className="offer-item">
            <legend>{w.item(index + 1)}</legend>
            <TextArea name={`/items/${index}/promise`} label={w.promise} defaultValue={item?.promise} />
            <TextField name={`/items/${index}/standard_minutes`} label={w.minutes} type="number" size="short"
                       defaultValue={item?.standard_minutes?.toString()} />
            <Select name={`/items/${index}/dimension`} label={w.dimension} none={w.none_} options={optionsOf(words.dimension)} defaultValue={item?.dimension ?? ''} />
            <Select name={`/items/${index}/gesture`} label={w.gesture} none={w.none_} options={gestureOptions} defaultValue={item?.gesture ?? ''} />
          </fieldset>
        );
      })}
    </Form>
  );
}
