/** "What if it cost less?": the verdict while you type. Nothing is saved until it becomes an idea of its own. */
import { useEffect, useState } from 'react';
import { Form, MoneyField, TextField, type Values } from '../../parts/form';
import { useFormat, wallOf } from '../../parts/format';
import { ProblemNotice } from '../../parts/problem';
import type { Write } from '../../api/write';
import { words } from '../../words';
import { CheckView } from './check_view';
import { usePreview, type Idea, type Trial } from './queries';

const pauseMilliseconds = 250;

/** The last value, once it has stood still for a moment. */
function useSettled<T>(value: T): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), pauseMilliseconds);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}

function trialOf(values: Values): Trial {
  const amount = values.text('/amount');
  return {
    amount: amount && /^[0-9]+([.][0-9]+)?$/.test(amount) ? amount : undefined,
    minutes: values.integer('/minutes'),
    start_at: values.instant('/start_at'),
  };
}

interface TrialFormProps {
  idea: Idea;
  write: Write<Trial, unknown>;
}

export function TrialForm({ idea, write }: TrialFormProps) {
  const [trial, setTrial] = useState<Trial | null>(null);
  const settled = useSettled(trial);
  const preview = usePreview(idea.id, settled ?? {}, settled !== null);
  const { zone } = useFormat();
  const w = words.ideas;
  return (
    <Form write={write} kind="plain" submit={w.tryTake} send={trialOf} onInput={(values) => setTrial(trialOf(values))} then={() => setTrial(null)}>
      <p className="hint">{w.tryHint}</p>
      <div className="pair">
        <MoneyField name="/amount" label={w.amount} defaultValue={idea.amount} />
        <TextField name="/minutes" label={w.minutes} type="number" size="short" defaultValue={String(idea.minutes)} />
      </div>
      <TextField name="/start_at" label={w.start} type="datetime-local" defaultValue={idea.start_at ? wallOf(new Date(idea.start_at), zone) : undefined} />
      <div role="status" className="live">
        {preview.data && settled && <><p className="label">{w.live}</p><CheckView check={preview.data} /></>}
      </div>
      <ProblemNotice error={settled && preview.error} />
    </Form>
  );
}
