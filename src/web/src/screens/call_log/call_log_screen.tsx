/** Importing a log of past calls: say what its columns mean, try it, look at what is set aside, then import it. */
import { useState } from 'react';
import { client, type Schemas } from '../../api/client';
import { useWrite, type Write } from '../../api/write';
import { FileField, TeamField } from '../../parts/fields';
import { Choice, Form, type Values } from '../../parts/form';
import { useFormat } from '../../parts/format';
import { Card } from '../../parts/page';
import { ProblemNotice } from '../../parts/problem';
import { say, words } from '../../words';
import { SetupPage } from '../setup/setup_screen';
import { columnFile } from './column_file';
import { ColumnFields, columnsFrom } from './column_fields';
import { decode, mostBytes, readLog, type LogFile } from './log_file';
import { Imported, Report, type CallLogReport } from './report';

type NewCallLog = Schemas['NewCallLog'];
const w = words.calls;
const tomlType = 'application/toml';

const useImportCalls = (): Write<NewCallLog, CallLogReport> =>
  useWrite((body, header) => client.POST('/api/v1/call-logs', { params: { header }, body }));

function Working({ busy, bytes }: { busy: boolean; bytes: number }) {
  const format = useFormat();
  return (
    <div role="status">
      {busy && <label className="working">{w.working(format.bytes(bytes))}<progress /></label>}
    </div>
  );
}

/** What was tried, and the way to import it; the columns can be kept as a file. */
function Tried({ log, report, again }: { log: NewCallLog; report: CallLogReport; again: () => void }) {
  const bring = useImportCalls();
  const format = useFormat();
  const done = bring.data;
  if (done) {
    return (
      <Card title={w.imported}>
        <Imported report={done} team={log.team} />
        <button type="button" className="button plain" onClick={again}>{w.another}</button>
      </Card>
    );
  }
  return (
    <Card title={w.tried}>
      {report.id !== null && <p className="notice">{w.known}</p>}
      <Report report={report} />
      {report.id === null && report.new_calls > 0 && (
        <button type="button" className="button primary" aria-disabled={bring.busy}
                onClick={() => !bring.busy && bring.run({ ...log, dry_run: undefined })}>
          {w.import(format.count(report.new_calls))}
        </button>
      )}
      <Working busy={bring.busy} bytes={log.log.length} />
      <ProblemNotice error={bring.error} />
      <p><a href={`data:${tomlType};charset=utf-8,${encodeURIComponent(log.columns)}`} download={w.keepFileName(log.team)}>{w.keepFile}</a></p>
    </Card>
  );
}

interface Chosen {
  log: LogFile | null;
  complaint: string | null;
}

/** The file's first look; what it is and whether it can be used. */
async function look(file: File | undefined): Promise<Chosen> {
  if (!file) return { log: null, complaint: null };
  if (file.size > mostBytes) return { log: null, complaint: w.fileTooLarge };
  const log = await readLog(file);
  return { log, complaint: log ? null : w.fileEmpty };
}

export function CallLogScreen() {
  const attempt = useImportCalls();
  const [chosen, setChosen] = useState<Chosen>({ log: null, complaint: null });
  const [by, setBy] = useState('choose');
  const [kept, setKept] = useState('');
  const [tried, setTried] = useState<NewCallLog | null>(null);
  const { log } = chosen;
  const changed = () => { attempt.reset(); setTried(null); };

  const send = (values: Values): NewCallLog | undefined => {
    if (!log) return undefined;
    const columns = by === 'choose' ? columnFile(columnsFrom(values, log)) : kept;
    const body = { team: values.text('/team') ?? '', name: log.name, columns, log: log.text, dry_run: true };
    setTried(body);
    return body;
  };

  return (
    <SetupPage title={w.title} lead={w.lead}>
      <p className="hint">{w.howMuch}</p>
      <Card>
        <Form write={attempt} submit={w.try} keep send={send} onInput={changed}>
          <FileField name="/log" label={w.file} hint={w.fileHint} accept=".csv,.tsv,.txt,text/csv,text/plain" required
                     onChoose={(file) => void look(file).then(setChosen)} />
          {chosen.complaint && <p className="complaint" role="alert">{chosen.complaint}</p>}
          <TeamField name="/team" label={w.team} hint={w.teamHint} required />
          {log && (
            <>
              <Choice name="/by" label={w.columnsFrom} required defaultValue={by} onChange={setBy}
                      options={Object.keys(w.columnsBy).map((one) => [one, say(w.columnsBy, one), say(w.columnsMeans, one)])} />
              {by === 'choose' ? <ColumnFields key={log.name + log.bytes} log={log} /> : (
                <FileField name="/columns" label={w.columnFile} hint={w.columnFileHint} accept=".toml,text/plain" required
                           onChoose={(file) => void file?.arrayBuffer().then((bytes) => setKept(decode(bytes)))} />
              )}
            </>
          )}
          <Working busy={attempt.busy} bytes={log?.bytes ?? 0} />
        </Form>
      </Card>
      {tried && attempt.data && <Tried key={attempt.data.rows_read + tried.columns} log={tried} report={attempt.data} again={changed} />}
    </SetupPage>
  );
}
