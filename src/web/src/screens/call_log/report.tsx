/** What a log would bring, or has brought: every row is counted, as a call or under the reason why it is none. */
import { Link } from '@tanstack/react-router';
import type { Schemas } from '../../api/client';
import { useRoles } from '../../api/queries';
import { useFormat } from '../../parts/format';
import { Table } from '../../parts/table';
import { words } from '../../words';

export type CallLogReport = Schemas['CallLogReport'];
const w = words.calls;

export function Report({ report }: { report: CallLogReport }) {
  const format = useFormat();
  const sums = [w.read(format.count(report.rows_read)), w.clean(format.count(report.rows_clean)), w.fresh(format.count(report.new_calls))];
  return (
    <>
      <p><strong>{sums.join(' · ')}</strong></p>
      {report.from && report.to && <p className="fine">{w.period(format.day(report.from), format.day(report.to))}</p>}
      {report.rows_clean * 2 < report.rows_read && <p className="notice ask">{w.most}</p>}
      {report.dirty.length === 0 ? <p>{w.asideNone}</p> : (
        <>
          <h3>{w.aside}</h3>
          <Table label={w.aside} heads={w.asideHeads}>
            {report.dirty.map((one) => (
              <tr key={one.reason}>
                <th scope="row">{one.reason}</th>
                <td className="number">{format.count(one.rows)}</td>
                <td className="number">{format.count(one.example_row)}</td>
              </tr>
            ))}
          </Table>
        </>
      )}
    </>
  );
}

export function Imported({ report, team }: { report: CallLogReport; team: string }) {
  const serves = useRoles().has('agent', 'lead', 'manager');
  return (
    <>
      <p className="notice">{w.importedNow}</p>
      <Report report={report} />
      {serves && <p><Link to="/setup/forecasts" search={{ team }}>{w.seeCalibration}</Link></p>}
    </>
  );
}
