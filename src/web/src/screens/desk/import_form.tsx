/** Cases from a CSV file, for leads: what was read, opened, known, and each refused row with its reason. */
import type { FormEvent } from 'react';
import { ProblemNotice } from '../../parts/problem';
import { words } from '../../words';
import { useImportCases } from './queries';

export function ImportForm() {
  const bring = useImportCases();
  const w = words.desk;
  const submitted = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const file = event.currentTarget.querySelector<HTMLInputElement>('input[type=file]')?.files?.[0];
    if (file && !bring.busy) bring.run(await file.text());
  };
  const report = bring.data;
  return (
    <form className="form" onSubmit={(event) => void submitted(event)}>
      <div className="field">
        <label htmlFor="import-file">{w.importFile}</label>
        <p className="hint" id="import-hint">{w.importHint}</p>
        <input id="import-file" type="file" accept=".csv,text/csv" required aria-describedby="import-hint" />
      </div>
      <ProblemNotice error={bring.error} />
      <button type="submit" className="button plain" aria-disabled={bring.busy}>{w.importSubmit}</button>
      <div role="status">
        {report && <p>{w.imported(report.read, report.opened, report.known_already)}</p>}
        {report && report.refused.length > 0 && (
          <ul className="plain-list">
            {report.refused.map((row) => (
              <li key={`${row.row}${row.field}`}><strong>{w.refusedRow(row.row)}</strong>: {row.detail}</li>
            ))}
          </ul>
        )}
      </div>
    </form>
  );
}
