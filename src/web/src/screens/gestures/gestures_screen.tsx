/** Which gestures work, and what they do to other customers, from the record. */
import type { Schemas } from '../../api/client';
import { useRoles } from '../../api/queries';
import { useFormat } from '../../parts/format';
import { Card, Loaded, Page } from '../../parts/page';
import { ProblemNotice } from '../../parts/problem';
import { Table } from '../../parts/table';
import { words } from '../../words';
import { useGestureEvidence, useMonitor, useSetExploration } from './queries';

type Evidence = Schemas['GestureEvidence'];
type Monitored = Schemas['MonitoredGesture'];
type Interval = Schemas['ShareInterval'];
const w = words.gestures;

const percent = (share: number) => `${Math.round(share * 100)} %`;

/** A share with the interval it lies in: as a picture from 0 to 100 %, and in figures for everybody. */
function Share({ of }: { of: Interval | null }) {
  if (!of) return <>{w.nobodySaid}</>;
  const at = (share: number) => 2 + share * 96;
  return (
    <>
      <svg className="interval" viewBox="0 0 100 12" aria-hidden="true">
        <path className="whole" d="M2 6h96" />
        <path className="inside" d={`M${at(of.from)} 6H${at(of.to)}`} />
        <circle cx={at(of.mean)} cy="6" r="4" />
      </svg>
      <span className="nowrap">{percent(of.mean)}</span> <span className="fine nowrap">{w.between(percent(of.from), percent(of.to))}</span>
    </>
  );
}

function GestureRow({ one }: { one: Evidence }) {
  const format = useFormat();
  const segments = one.segments.map(({ segment, uses }) => `${segment || w.noSegment} ${uses}`).join(', ');
  return (
    <tr>
      <th scope="row">
        {one.title} {one.routine && <span className="tag">{words.offer.isRoutine}</span>}
        {one.routine_rule.suggest && !one.routine && <span className="tag">{w.proven}</span>}
      </th>
      <td className="number">{one.uses}</td>
      <td className="number">{w.ofCustomers(one.noticed, one.customers)}</td>
      <td className="number">{w.ofAnswers(one.valued, one.answered)}</td>
      <td><Share of={one.share_who_value_it} /></td>
      <td>{segments}</td>
      <td>{format.cost(one.cost, one.minutes)}</td>
      <td className="sentence">{one.routine_rule.sentence}</td>
    </tr>
  );
}

function Exploration({ of }: { of: Schemas['Exploration'] }) {
  const manages = useRoles().has('manager');
  const set = useSetExploration();
  return (
    <Card title={w.exploration}>
      <p>{w.explorationWhy(percent(of.share))}</p>
      <p role="status"><strong>{of.on ? w.explorationOn : w.explorationOff}</strong></p>
      {manages && (
        <button type="button" className="button plain" aria-disabled={set.busy} onClick={() => !set.busy && set.run(!of.on)}>
          {of.on ? w.turnOff : w.turnOn}
        </button>
      )}
      <ProblemNotice error={set.error} />
    </Card>
  );
}

function WhatWorks({ list }: { list: Schemas['GestureEvidenceList'] }) {
  const used = list.items.filter((one) => one.uses > 0).sort((a, b) => b.uses - a.uses);
  const unused = list.items.filter((one) => one.uses === 0);
  return (
    <Card title={w.works}>
      <p className="notice">{list.confounding}</p>
      {used.length === 0 ? <p className="empty">{w.empty}</p> : (
        <Table label={w.works} heads={w.heads}>{used.map((one) => <GestureRow key={one.gesture} one={one} />)}</Table>
      )}
      <p className="hint">{w.intervalHint(percent(1 - list.error_rate))}</p>
      {unused.length > 0 && <p className="fine">{w.unused(unused.map((one) => one.title).join(', '))}</p>}
    </Card>
  );
}

function MonitoredRow({ one }: { one: Monitored }) {
  return (
    <tr>
      <th scope="row">{one.title} {one.alarm && <span className="tag alarm">{w.alarm}</span>}</th>
      <td>{one.team}</td>
      <td className="number">{w.hours(one.windows)}</td>
      <td className="number">{one.windows > 0 ? w.lateOf(one.late, Math.round(one.late_forecast)) : ''}</td>
      <td>{w.notUnreasonably[one.not_unreasonably]}</td>
      <td>{w.notAtAll[one.not_at_all]}</td>
      <td className="number">{one.charts.map((chart) => `${chart.chart} ${chart.alarms}`).join(', ')}</td>
      <td className="sentence">{one.reconsider ? `${w.reconsider} ${one.sentence}` : one.sentence}</td>
    </tr>
  );
}

function OnOthers() {
  const monitor = useMonitor();
  return (
    <Card title={w.others}>
      <Loaded query={monitor}>
        {(list) => list.items.length === 0 ? <p className="empty">{w.empty}</p> : (
          <>
            <p className="hint">{list.error_rate_in_words}</p>
            <Table label={w.others} heads={w.monitorHeads}>
              {list.items.map((one) => <MonitoredRow key={`${one.gesture} ${one.team}`} one={one} />)}
            </Table>
          </>
        )}
      </Loaded>
    </Card>
  );
}

export function GesturesScreen() {
  const evidence = useGestureEvidence();
  return (
    <Page title={w.title} lead={w.lead} wide>
      <Loaded query={evidence}>{(list) => <><WhatWorks list={list} /><OnOthers /><Exploration of={list.exploration} /></>}</Loaded>
    </Page>
  );
}
