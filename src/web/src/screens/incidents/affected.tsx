/** Whom it hit: finding them, each once, and how far each has come. */
import { Link } from '@tanstack/react-router';
import { useState, type FormEvent } from 'react';
import type { Schemas } from '../../api/client';
import { useSession } from '../../api/queries';
import { Form, optionsOf, Select, TextArea, TextField } from '../../parts/form';
import { useFormat } from '../../parts/format';
import { Card, Disclosure, Loaded } from '../../parts/page';
import { ProblemNotice } from '../../parts/problem';
import { personName } from '../../parts/record';
import { say, words } from '../../words';
import { useAddAffected, useCandidates, useImportAffected, useRemoveAffected, type Affected, type IncidentFile, type Search } from './queries';

const w = words.incidents;

function Report({ report }: { report: Schemas['AffectedReport'] | undefined }) {
  return (
    <div role="status">
      {report && <p className="notice">{w.added(report.added, report.known_already)}</p>}
      {report && report.refused.length > 0 && (
        <ul className="plain-list">
          {report.refused.map((row) => <li key={`${row.row}${row.field}`}><strong>{words.desk.refusedRow(row.row)}</strong>: {row.detail}</li>)}
        </ul>
      )}
    </div>
  );
}

/** The cases found, all ticked: what does not belong is unticked. */
function Found({ incident, items, more }: { incident: string; items: Schemas['Candidate'][]; more: boolean }) {
  const add = useAddAffected(incident);
  const format = useFormat();
  const submitted = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const cases = new FormData(event.currentTarget).getAll('case').map(String);
    if (!add.busy && cases.length > 0) add.run({ cases });
  };
  if (items.length === 0) return <div role="status"><p className="empty">{w.noneFound}</p><Report report={add.data} /></div>;
  return (
    <form className="form" onSubmit={submitted}>
      <fieldset className="checks">
        <legend>{w.found(items.length)}{more && ` ${w.foundMore}`}</legend>
        {items.map((one) => (
          <label key={one.case_id} className="checkbox">
            <input type="checkbox" name="case" value={one.case_id} defaultChecked />{' '}
            <span>{one.reason} <small>{one.case_reference} · {one.pseudonym ?? w.unknown} · {say(words.channel, one.channel)} · {format.time(one.opened_at)}</small></span>
          </label>
        ))}
      </fieldset>
      <ProblemNotice error={add.error} />
      <button type="submit" className="button plain" aria-disabled={add.busy}>{w.addTicked}</button>
      <Report report={add.data} />
    </form>
  );
}

function Search({ incident }: { incident: string }) {
  const [search, setSearch] = useState<Search | null>(null);
  const candidates = useCandidates(incident, search);
  const write = { run: setSearch, reset: () => undefined, busy: false, error: null, data: undefined };
  return (
    <>
      <Form<Search, undefined> write={write} kind="plain" again submit={w.search}
            send={(values) => ({
              reason: values.text('/reason'),
              channel: values.text('/channel') as Schemas['Channel'] | undefined,
              team: values.text('/team'),
              from: values.instant('/from'),
              to: values.instant('/to'),
            })}>
        <TextField name="/reason" label={w.reason} />
        <div className="pair">
          <TextField name="/from" label={w.from} type="datetime-local" />
          <TextField name="/to" label={w.to} type="datetime-local" />
        </div>
        <Disclosure summary={w.narrower}>
          <Select name="/channel" label={words.newCase.channel} none={w.any} options={optionsOf(words.channel)} />
          <TextField name="/team" label={w.team} />
        </Disclosure>
      </Form>
      {search && <Loaded query={candidates}>{({ items, more }) => <Found incident={incident} items={items} more={more} />}</Loaded>}
    </>
  );
}

function Customers({ incident }: { incident: string }) {
  const add = useAddAffected(incident);
  const bring = useImportAffected(incident);
  const chosen = async (event: FormEvent<HTMLInputElement>) => {
    const file = event.currentTarget.files?.[0];
    if (file && !bring.busy) bring.run(await file.text());
  };
  return (
    <>
      <Form write={add} kind="plain" again submit={w.addCustomers}
            send={(values) => ({ references: (values.text('/references') ?? '').split(/[\n,;]+/).map((one) => one.trim()).filter(Boolean) })}>
        <TextArea name="/references" label={w.references} hint={w.referencesHint} required rows={3} />
      </Form>
      <Report report={add.data} />
      <div className="field">
        <label htmlFor="affected-file">{w.file}</label>
        <p className="hint" id="affected-hint">{w.fileHint}</p>
        <input id="affected-file" type="file" accept=".csv,text/csv" aria-describedby="affected-hint" onChange={(event) => void chosen(event)} />
      </div>
      <ProblemNotice error={bring.error} />
      <Report report={bring.data} />
    </>
  );
}

function Line({ one, remove }: { one: Affected; remove: ((caseId: string) => void) | null }) {
  const format = useFormat();
  const { person } = useSession();
  return (
    <li>
      <p>
        <Link to="/cases/$caseId" params={{ caseId: one.case_id }}>{one.name ?? one.pseudonym ?? w.unknown} <small>{one.case_reference}</small></Link>{' '}
        <span className="tag">{say(words.pieceState, one.state)}</span>
      </p>
      <p className="fine">
        {one.state === 'waiting' && one.planned_at && w.turnAt(format.time(one.planned_at))}
        {one.state === 'taken' && w.with(personName(one.taken_by, person.id))}
        {one.state === 'done' && `${say(words.toldState, one.told.state)}${one.told.channel ? ` ${say(words.channel, one.told.channel)}` : ''}${one.told.at ? `, ${format.time(one.told.at)}` : ''}`}
        {remove && (one.state === 'not planned' || one.state === 'waiting') && (
          <> <button type="button" className="link" onClick={() => remove(one.case_id)}>{w.remove}<span className="hidden"> {one.name ?? one.pseudonym ?? one.case_reference}</span></button></>
        )}
      </p>
    </li>
  );
}

export function AffectedCard({ file }: { file: IncidentFile }) {
  const id = file.incident.id;
  const remove = useRemoveAffected(id);
  const open = file.incident.closed_at === null;
  const { progress } = file;
  return (
    <Card title={w.affected} aside={<span className="tag">{progress.affected}</span>}>
      {progress.affected === 0 && <p className="empty">{w.nobody}</p>}
      <ProblemNotice error={remove.error} />
      {progress.affected > 0 && (
        <Disclosure summary={w.each(progress.affected)}>
          <ul className="plain-list affected">
            {file.affected.map((one) => (
              <Line key={one.case_id} one={one} remove={open && !remove.busy ? (caseId) => remove.run(caseId) : null} />
            ))}
          </ul>
        </Disclosure>
      )}
      {open && (
        <>
          <Disclosure summary={w.findCases} open={progress.affected === 0}><Search incident={id} /></Disclosure>
          <Disclosure summary={w.listCustomers}><Customers incident={id} /></Disclosure>
        </>
      )}
    </Card>
  );
}
