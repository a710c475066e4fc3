/** A check, read from the top: the verdict in a sentence, then why, then the source; each one tap further. */
import type { Schemas } from '../../api/client';
import { useFormat, isZero } from '../../parts/format';
import { Disclosure } from '../../parts/page';
import { Badge, Mark, Verdict } from '../../parts/verdict';
import { say, words } from '../../words';
import type { Check, Trial } from './queries';

type Gate = Schemas['Gate'];
type Variant = Schemas['Variant'];

const changeOf = ({ amount, minutes, start_at, gesture }: Variant): Change => ({ amount, minutes, start_at, gesture });

function Source({ finding }: { finding: Schemas['Finding'] }) {
  const w = words.ideas;
  return (
    <details className="source">
      <summary>{w.source}</summary>
      <p>{finding.citation ?? w.noSource}</p>
      <p className="fine">
        {w.rule}: {finding.rule}
        {finding.inputs.length > 0 && <> · {w.looksAt}: {finding.inputs.join(', ')}</>}
      </p>
    </details>
  );
}

function GateLine({ gate }: { gate: Gate }) {
  const format = useFormat();
  return (
    <li className="gate">
      <Mark outcome={gate.verdict} />
      <div>
        <p>
          <strong>{say(words.gate, gate.gate)}</strong> <span className="hidden">{say(words.outcome, gate.verdict)}.</span>{' '}
          {gate.findings.length === 0 && say(words.gateOk, gate.gate)}
        </p>
        {gate.findings.map((finding) => (
          <div key={finding.rule + finding.reason} className="finding">
            <p>{format.sentence(finding.reason)}</p>
            <Source finding={finding} />
          </div>
        ))}
      </div>
    </li>
  );
}

function OwnVerdict({ check }: { check: Check }) {
  if (!check.own_verdict) return null;
  const agreed = check.own_verdict === check.outcome;
  return <p className="coach-says">{agreed ? words.ideas.agreed : words.ideas.differed(say(words.outcomeThought, check.own_verdict))}</p>;
}

const noticeableMinutes = 0.5;

/** The start that the forecast finds cheaper for the others than the one asked about, if any. */
export function calmerStart(check: Check): string | null {
  const { forecast } = check;
  if (!forecast?.best_start_at || (forecast.extra_wait_minutes ?? 0) < noticeableMinutes) return null;
  return Date.parse(forecast.best_start_at) > Date.parse(forecast.start_at) ? forecast.best_start_at : null;
}

interface LaterProps {
  start: string;
  schedule: (change: Change) => void;
  busy: boolean | undefined;
  change?: Change;
}

/** One tap: the same idea for then, checked, and planned where that is allowed. */
function Later({ start, schedule, busy, change }: LaterProps) {
  const format = useFormat();
  return (
    <button type="button" className="button plain" aria-disabled={busy} onClick={() => !busy && schedule({ ...change, start_at: start })}>
      {words.ideas.doAt(format.time(start))}
    </button>
  );
}

/** The forecast stands open where it changes the verdict or another time would be better, else one tap away. */
function ForecastSentence({ check, schedule, busy }: { check: Check; schedule: CheckViewProps['schedule']; busy: boolean | undefined }) {
  const { forecast } = check;
  if (!forecast) return null;
  const start = schedule && calmerStart(check);
  if (start) {
    return (
      <div className="forecast later">
        <p>{forecast.sentence}</p>
        {check.nearest?.start_at !== start && <Later start={start} schedule={schedule} busy={busy} />}
      </div>
    );
  }
  const decides = check.gates.some((gate) => gate.gate === 'other customers' && gate.verdict !== 'ok');
  if (decides) return <p className="forecast">{forecast.sentence}</p>;
  return <Disclosure summary={words.ideas.queue}><p>{forecast.sentence}</p></Disclosure>;
}

export type Change = Trial & { gesture?: string | undefined };

interface CheckViewProps {
  check: Check;
  take?: ((variant: Variant) => void) | undefined;
  /** Plans the idea, changed like this. */
  schedule?: ((change: Change) => void) | undefined;
  busy?: boolean;
}

export function CheckView({ check, take, schedule, busy }: CheckViewProps) {
  const format = useFormat();
  const w = words.ideas;
  const recorded = check.id !== null;
  const held = !isZero(check.held_money) || check.held_minutes > 0;
  return (
    <div className="check">
      <Verdict outcome={check.outcome} sentence={check.sentence} />
      <OwnVerdict check={check} />
      {check.nearest && take && (
        <div className="nearest">
          <p><span className="label">{w.nearest}</span> {format.sentence(check.nearest.sentence)} <Badge outcome={check.nearest.outcome} /></p>
          {check.nearest.start_at && schedule
            ? <Later start={check.nearest.start_at} schedule={schedule} busy={busy} change={changeOf(check.nearest)} />
            : <button type="button" className="button plain" aria-disabled={busy} onClick={() => !busy && check.nearest && take(check.nearest)}>{w.take}</button>}
        </div>
      )}
      <ForecastSentence check={check} schedule={schedule} busy={busy} />
      <Disclosure summary={w.why}>
        <ul className="gates">{check.gates.map((gate) => <GateLine key={gate.gate} gate={gate} />)}</ul>
        {recorded && (
          <p className="fine">
            {check.timing === 'before' ? w.before : w.after}, {format.time(check.occurred_at)}. {w.validUntil(format.time(check.valid_until))}{' '}
            {held && w.held(format.cost(check.held_money, check.held_minutes))}
          </p>
        )}
        <p className="fine">{check.policy}</p>
      </Disclosure>
    </div>
  );
}
