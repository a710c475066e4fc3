/** Budgets: what is left of each this month, and adding one. */
import { useQuery } from '@tanstack/react-query';
import { answer, client, type Schemas } from '../../api/client';
import { useRoles } from '../../api/queries';
import { useWrite } from '../../api/write';
import { TeamField } from '../../parts/fields';
import { Form, MoneyField, TextField } from '../../parts/form';
import { isZero, useFormat } from '../../parts/format';
import { Card, Disclosure, Loaded } from '../../parts/page';
import { words } from '../../words';
import { SetupPage } from '../setup/setup_screen';

type Budget = Schemas['Budget'];
const w = words.budgets;

function BudgetLine({ budget }: { budget: Budget }) {
  const format = useFormat();
  const left = Number(budget.left);
  const usedUp = left <= 0;
  return (
    <li>
      <p>
        <strong>{budget.name}</strong> {usedUp && <span className="tag stop">{w.over}</span>}
      </p>
      <p className="fine">{budget.team ?? w.everybody}</p>
      <p>{w.left(format.money(budget.left), format.money(budget.per_month))}</p>
      <meter className="meter" min={0} max={Number(budget.per_month) || 1} value={Math.max(0, left)}
             aria-label={`${budget.name}: ${w.left(format.money(budget.left), format.money(budget.per_month))}`} />
      <p className="fine">
        {w.spent(format.money(budget.spent))}{!isZero(budget.held) && ` · ${w.held(format.money(budget.held))}`}
      </p>
    </li>
  );
}

function AddBudget() {
  const add = useWrite<Schemas['NewBudget'], Budget>((body, header) => client.POST('/api/v1/budgets', { params: { header }, body }));
  return (
    <Form write={add} submit={w.submit}
          send={(values) => ({
            name: values.text('/name') ?? '',
            team: values.text('/team'),
            per_month: values.text('/per_month') ?? '',
            minutes_per_month: values.integer('/minutes_per_month'),
            valid_from: values.instant('/valid_from'),
            valid_to: values.instant('/valid_to'),
          })}>
      <TextField name="/name" label={w.name} hint={w.nameHint} required />
      <TeamField name="/team" label={w.team} hint={w.teamHint} />
      <div className="pair">
        <MoneyField name="/per_month" label={w.perMonth} required />
        <TextField name="/minutes_per_month" label={w.minutes} hint={w.minutesHint} type="number" size="short" max={10_000} />
      </div>
      <Disclosure summary={w.dates}>
        <div className="pair">
          <TextField name="/valid_from" label={w.from} hint={w.fromHint} type="datetime-local" />
          <TextField name="/valid_to" label={w.until} hint={w.untilHint} type="datetime-local" />
        </div>
      </Disclosure>
    </Form>
  );
}

export function BudgetsScreen() {
  const budgets = useQuery({ queryKey: ['budgets'], queryFn: () => answer(client.GET('/api/v1/budgets')) });
  const adds = useRoles().has('manager');
  return (
    <SetupPage title={w.title} lead={w.lead}>
      <Loaded query={budgets}>
        {(items) => (
          <>
            {items.length === 0 ? <p className="empty">{w.empty}</p> : (
              <Card title={w.list}><ul className="lines">{items.map((one) => <BudgetLine key={one.id} budget={one} />)}</ul></Card>
            )}
            {adds ? <Disclosure className="card" summary={w.add} open={items.length === 0}><AddBudget /></Disclosure> : <p className="hint">{w.onlyManager}</p>}
          </>
        )}
      </Loaded>
    </SetupPage>
  );
}
