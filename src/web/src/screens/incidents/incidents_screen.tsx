/** What let people down: the list, and reporting one. */
import { Link, useNavigate } from '@tanstack/react-router';
import type { Schemas } from '../../api/client';
import { authored, Choice, Form, optionsOf, TextArea, TextField } from '../../parts/form';
import { useFormat } from '../../parts/format';
import { Disclosure, Loaded, Page } from '../../parts/page';
import { say, words } from '../../words';
import { useIncidents, useReport } from './queries';

const w = words.incidents;

function Report({ kinds }: { kinds: string[] }) {
  const report = useReport();
  const navigate = useNavigate();
  return (
    <Form write={report} submit={w.reportSubmit} then={({ id }) => void navigate({ to: '/incidents/$incidentId', params: { incidentId: id } })}
          send={(values) => ({
            title: values.text('/title') ?? '',
            cause: values.text('/cause') as Schemas['NewIncident']['cause'],
            kind: values.text('/kind'),
            words: authored(values.text('/words')),
            occurred_at: values.instant('/occurred_at'),
          })}>
      <TextField name="/title" label={w.what} hint={w.whatHint} required />
      <Choice name="/cause" label={w.cause} options={optionsOf(words.incidentCause)} required />
      <TextField name="/kind" label={w.kind} hint={kinds.length > 0 ? w.kindsSoFar(kinds.join(', ')) : w.kindHint} maxLength={60} />
      <Disclosure summary={w.more}>
        <TextArea name="/words" label={w.words} />
        <TextField name="/occurred_at" label={words.actions.happened} hint={words.actions.happenedHint} type="datetime-local" />
      </Disclosure>
    </Form>
  );
}

export function IncidentsScreen() {
  const incidents = useIncidents();
  const format = useFormat();
  return (
    <Page title={w.title} lead={w.lead}>
      <Loaded query={incidents}>
        {(items) => (
          <>
            {items.length === 0 && <p className="empty">{w.empty}</p>}
            <ul className="card-list">
              {items.map((one) => (
                <li key={one.id} className="card">
                  <p className="over">{one.kind} · {say(words.incidentCause, one.cause)} · {format.time(one.occurred_at)}</p>
                  <div className="card-head">
                    <h2><Link to="/incidents/$incidentId" params={{ incidentId: one.id }}>{one.title}</Link></h2>
                    {one.closed_at && <span className="tag">{w.closed}</span>}
                  </div>
                  <p className="fine">{w.hit(one.cases)} · {w.given(one.gestures, format.money(one.gesture_cost))}</p>
                </li>
              ))}
            </ul>
            <Disclosure className="card" summary={w.report}><Report kinds={[...new Set(items.map(({ kind }) => kind))].sort()} /></Disclosure>
          </>
        )}
      </Loaded>
    </Page>
  );
}
