/** Choosing what the columns of a log mean; what has a usual name is chosen already. */
import { useMemo, useState } from 'react';
import { Checkbox, Select, TextField, type Values } from '../../parts/form';
import { useFormat } from '../../parts/format';
import { Disclosure } from '../../parts/page';
import { say, words } from '../../words';
import {
  dateFormats, extra, guessColumn, guessDateFormat, guessOutcome, outcomeMeanings, required,
  type Columns, type Meaning, type OutcomeMeaning,
} from './column_file';
import { mostlyUnanswered, wordsIn, type LogFile } from './log_file';

const w = words.calls;
const mostOutcomes = 12;

function ColumnSelect({ log, meaning, must, onChange }: { log: LogFile; meaning: Meaning; must: boolean; onChange?: (column: string) => void }) {
  const options = log.columns.map((column, place): [string, string] => {
    const example = log.example[place];
    return [column, example ? `${column} (${w.example(example)})` : column];
  });
  return (
    <Select name={`/columns/${meaning}`} label={say(w.column, meaning)} required={must} none={must ? words.chooseOne : w.notThere}
            options={options} defaultValue={guessColumn(meaning, log.columns) ?? ''} {...(onChange ? { onChange } : {})} />
  );
}

function Outcomes({ found }: { found: string[] }) {
  return (
    <fieldset className="subfields">
      <legend>{w.outcomes}</legend>
      <p className="hint">{w.outcomesHint}</p>
      {found.map((word) => (
        <Select key={word} name={`/outcomes/${word}`} label={`“${word}”`} required defaultValue={guessOutcome(word)}
                options={outcomeMeanings.map((meaning) => [meaning, say(w.outcomeMeans, meaning)])} />
      ))}
    </fieldset>
  );
}

export function ColumnFields({ log }: { log: LogFile }) {
  const { zone } = useFormat();
  const [dateColumn, setDateColumn] = useState(guessColumn('date', log.columns));
  const [outcomeColumn, setOutcomeColumn] = useState(guessColumn('outcome', log.columns));
  const [agentColumn, setAgentColumn] = useState(guessColumn('agent', log.columns));
  const outcomes = useMemo(() => (outcomeColumn ? wordsIn(log, outcomeColumn, mostOutcomes) : []), [log, outcomeColumn]);
  const nobody = useMemo(
    () => (outcomeColumn && agentColumn ? mostlyUnanswered(log, agentColumn, outcomeColumn, (word) => guessOutcome(word) === 'answered').join(', ') : ''),
    [log, agentColumn, outcomeColumn],
  );
  const day = dateColumn ? log.example[log.columns.indexOf(dateColumn)] : undefined;
  const follow: Partial<Record<Meaning, (column: string) => void>> = { date: setDateColumn, outcome: setOutcomeColumn, agent: setAgentColumn };
  return (
    <>
      <fieldset className="subfields">
        <legend>{w.required}</legend>
        {required.map((meaning) => <ColumnSelect key={meaning} log={log} meaning={meaning} must {...(follow[meaning] ? { onChange: follow[meaning] } : {})} />)}
      </fieldset>
      <Select key={`day ${day}`} name="/date_format" label={w.dateFormat} hint={day && w.example(day)} required
              defaultValue={guessDateFormat(day) ?? dateFormats[0]} options={dateFormats.map((format) => [format, format])} />
      {outcomes.length > 0 && <Outcomes key={outcomeColumn} found={outcomes} />}
      <TextField key={nobody} name="/nobody" label={w.nobody} hint={w.nobodyHint} defaultValue={nobody} maxLength={1000} />
      <TextField name="/zone" label={w.zone} hint={w.zoneHint} defaultValue={zone} required />
      <Disclosure summary={w.extra}>
        {extra.map((meaning) => <ColumnSelect key={meaning} log={log} meaning={meaning} must={false} />)}
        <Checkbox name="/zero_none" label={w.zeroNone} defaultChecked />
      </Disclosure>
    </>
  );
}

/** What was chosen, as the column file has it. */
export function columnsFrom(values: Values, log: LogFile): Columns {
  const chosen = [...required, ...extra].map((meaning) => [meaning, values.text(`/columns/${meaning}`)]);
  const outcomes = wordsIn(log, values.text('/columns/outcome') ?? '', mostOutcomes);
  return {
    name: log.name,
    separator: log.separator,
    zone: values.text('/zone') ?? 'UTC',
    columns: Object.fromEntries(chosen.filter(([, column]) => column)) as Columns['columns'],
    dateFormat: values.text('/date_format') ?? dateFormats[0],
    zeroMeansNone: values.checked('/zero_none'),
    outcomes: Object.fromEntries(outcomes.map((word) => [word, (values.text(`/outcomes/${word}`) ?? 'other') as OutcomeMeaning])),
    nobody: (values.text('/nobody') ?? '').split(',').map((name) => name.trim()).filter(Boolean),
  };
}
