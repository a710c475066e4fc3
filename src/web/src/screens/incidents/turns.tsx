/** Everybody's turn: who is next in line, done with one tap, told or not reached, and how far it is. */
import { useState } from 'react';
import type { Schemas } from '../../api/client';
import { useSession } from '../../api/queries';
import { authored, Checkbox, Choice, Form, optionsOf, TextArea } from '../../parts/form';
import { useFormat } from '../../parts/format';
import { Card, Disclosure } from '../../parts/page';
import { ProblemNotice } from '../../parts/problem';
import { personName, Quote } from '../../parts/record';
import { words } from '../../words';
import { useCancelFulfilment, useFinish, useNext, usePutBack, useTell, type Affected, type IncidentFile, type Piece } from './queries';

type Channel = Schemas['Channel'];
const w = words.incidents;

function Progress({ file }: { file: IncidentFile }) {
  const { progress } = file;
  const format = useFormat();
  return (
    <div className="turns">
      <label>
        {w.progress(progress.done, progress.affected)}
        <progress max={progress.affected} value={progress.done} />
      </label>
      <p className="fine">
        {w.told(progress.told, progress.not_reached)}
        {progress.next_at && progress.last_at && <> {w.waiting(progress.waiting, format.time(progress.next_at), format.time(progress.last_at))}</>}
      </p>
    </div>
  );
}

/** Other words, another way, or a nod from the customer: one unfolding further than the tap. */
function Otherwise({ piece, write }: { piece: Piece; write: ReturnType<typeof useFinish> }) {
  const message = piece.message?.text ?? '';
  return (
    <Disclosure summary={words.actions.more}>
      <Form write={write} kind="plain" submit={w.doneTold}
            send={(values) => {
              const text = values.text('/words');
              return {
                channel: values.text('/channel') as Channel | undefined,
                words: text && text !== message ? authored(text, message) : undefined,
                acknowledged: values.checked('/acknowledged') || undefined,
              };
            }}>
        <Choice name="/channel" label={words.actions.toldHow} options={optionsOf(words.channel)} defaultValue={piece.channel} />
        <TextArea name="/words" label={words.actions.toldWords} defaultValue={message} rows={3} />
        <Checkbox name="/acknowledged" label={words.actions.toldAcknowledged} />
      </Form>
    </Disclosure>
  );
}

function InHand({ piece, after }: { piece: Piece; after: () => void }) {
  const finish = useFinish(piece.id);
  const putBack = usePutBack(piece.id);
  const format = useFormat();
  const busy = finish.busy || putBack.busy;
  const told = words.channel[piece.channel] ?? '';
  return (
    <section className="in-hand" aria-label={w.inHand}>
      <h3>{piece.name ?? piece.pseudonym ?? w.unknown} <small>{piece.case_reference}</small></h3>
      {piece.contact && <p>{piece.contact}</p>}
      <p>{piece.title} · {format.cost(piece.amount, piece.minutes)}</p>
      <Quote words={piece.message} label={w.say} />
      <div className="buttons">
        <button type="button" className="button primary" aria-disabled={busy} onClick={() => !busy && finish.run({}, after)}>{w.doneToldBy(told)}</button>
        <button type="button" className="button plain" aria-disabled={busy} onClick={() => !busy && finish.run({ reached: false }, after)}>{w.doneNotReached}</button>
        <button type="button" className="button quiet" aria-disabled={busy} onClick={() => !busy && putBack.run(undefined, after)}>{w.putBack}</button>
      </div>
      <ProblemNotice error={finish.error ?? putBack.error} />
      <Otherwise piece={piece} write={{ ...finish, run: (input, then) => finish.run(input, (done) => { then?.(done); after(); }) }} />
    </section>
  );
}

function NextInLine({ file }: { file: IncidentFile }) {
  const next = useNext(file.incident.id);
  const { person } = useSession();
  const [piece, setPiece] = useState<Piece | null>(null);
  const mine = file.affected.find((one) => one.state === 'taken' && one.taken_by?.id === person.id);
  const shown = piece && mine?.piece === piece.id ? piece : null;
  if (shown) return <InHand key={shown.id} piece={shown} after={() => setPiece(null)} />;
  if (!mine && file.progress.waiting === 0) return null;
  return (
    <>
      <button type="button" className="button primary" aria-disabled={next.busy} onClick={() => !next.busy && next.run(undefined, setPiece)}>
        {mine ? w.goOn(mine.name ?? mine.pseudonym ?? mine.case_reference) : w.next}
      </button>
      <ProblemNotice error={next.error} />
    </>
  );
}

function TellLater({ one }: { one: Affected }) {
  const tell = useTell(one.piece ?? '');
  return (
    <li>
      <p>{one.name ?? one.pseudonym ?? w.unknown} <small>{one.case_reference}</small></p>
      <div className="buttons">
        {(['phone', 'email', 'letter'] as const).map((channel) => (
          <button key={channel} type="button" className="button plain" aria-disabled={tell.busy} onClick={() => !tell.busy && tell.run({ channel })}>
            {w.toldNow(words.channel[channel] ?? channel)}
          </button>
        ))}
        <button type="button" className="button quiet" aria-disabled={tell.busy} onClick={() => !tell.busy && tell.run({ reached: false })}>{w.againNot}</button>
      </div>
      <ProblemNotice error={tell.error} />
    </li>
  );
}

function CancelRest({ file }: { file: IncidentFile }) {
  const cancel = useCancelFulfilment();
  const { person, roles } = useSession();
  const mayCancel = (by: string) => by === person.id || roles.includes('lead') || roles.includes('manager');
  const plans = file.fulfilments.filter((one) => one.unfinished > 0 && mayCancel(one.recorded_by.id));
  if (plans.length === 0) return null;
  return (
    <Disclosure summary={w.cancelRest}>
      <p className="hint">{w.cancelHint}</p>
      {plans.map((one) => (
        <button key={one.id} type="button" className="button quiet" aria-disabled={cancel.busy} onClick={() => !cancel.busy && cancel.run(one.id)}>
          {w.cancelPlan(one.unfinished, personName(one.recorded_by, person.id))}
        </button>
      ))}
      <ProblemNotice error={cancel.error} />
    </Disclosure>
  );
}

export function TurnsCard({ file }: { file: IncidentFile }) {
  const toTell = file.affected.filter((one) => one.state === 'done' && one.told.state !== 'told');
  if (file.progress.planned === 0) return null;
  return (
    <Card title={w.turns}>
      <Progress file={file} />
      <NextInLine file={file} />
      {toTell.length > 0 && (
        <Disclosure summary={w.toTell(toTell.length)} open={file.progress.waiting === 0}>
          <ul className="plain-list">{toTell.map((one) => <TellLater key={one.case_id} one={one} />)}</ul>
        </Disclosure>
      )}
      <CancelRest file={file} />
    </Card>
  );
}
