/** One incident from finding those it hit to telling each of them, and what its kind costs. */
import { getRouteApi, Link } from '@tanstack/react-router';
import { useFormat } from '../../parts/format';
import { Card, Disclosure, Loaded, Page } from '../../parts/page';
import { ProblemNotice } from '../../parts/problem';
import { Quote } from '../../parts/record';
import { say, words } from '../../words';
import { AffectedCard } from './affected';
import { ForAllCard } from './for_all';
import { useClose, useIncident, type IncidentFile } from './queries';
import { TurnsCard } from './turns';

const w = words.incidents;
const route = getRouteApi('/incidents/$incidentId');

function KindCard({ file }: { file: IncidentFile }) {
  const format = useFormat();
  const close = useClose(file.incident.id);
  const { kind } = file;
  return (
    <Card title={w.kindTitle(kind.name)}>
      <p>{w.kindCost(kind.incidents, kind.gestures, format.money(kind.gesture_cost), kind.minutes)}</p>
      {kind.improvement && <p className="notice">{w.improvement} <Link to="/proposals">{w.seeImprovement}</Link></p>}
      {file.incident.closed_at === null ? (
        <Disclosure summary={w.close}>
          <p className="hint">{w.closeHint}</p>
          <button type="button" className="button quiet" aria-disabled={close.busy} onClick={() => !close.busy && close.run(undefined)}>{w.close}</button>
          <ProblemNotice error={close.error} />
        </Disclosure>
      ) : <p className="notice">{w.closedAt(format.time(file.incident.closed_at))}</p>}
    </Card>
  );
}

export function IncidentScreen() {
  const { incidentId } = route.useParams();
  const incident = useIncident(incidentId);
  const format = useFormat();
  return (
    <Loaded query={incident}>
      {(file) => (
        <Page title={file.incident.title} over={`${file.incident.kind} · ${say(words.incidentCause, file.incident.cause)} · ${format.time(file.incident.occurred_at)}`}>
          <Quote words={file.words} />
          <TurnsCard file={file} />
          <AffectedCard file={file} />
          <ForAllCard file={file} />
          <KindCard file={file} />
        </Page>
      )}
    </Loaded>
  );
}
