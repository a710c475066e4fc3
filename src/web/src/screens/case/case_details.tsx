/** What is known about the case itself, and the way to change it. */
import { Link } from '@tanstack/react-router';
import type { Schemas } from '../../api/client';
import { authored, Checkbox, Choice, Form, optionsOf, TextArea, TextField } from '../../parts/form';
import { Disclosure } from '../../parts/page';
import { personName } from '../../parts/record';
import { useRoles, useSession } from '../../api/queries';
import { say, words } from '../../words';
import { useChangeCase, type CaseFile } from './queries';

/** The way on from the case: who it is about, and what the record keeps of it. */
function Further({ of }: { of: CaseFile['case'] }) {
  const reads = useRoles().has('manager', 'admin', 'eqa');
  return (
    <>
      {of.customer && <li><Link to="/customers/$customerId" params={{ customerId: of.customer.id }}>{words.customer.file}</Link></li>}
      {reads && <li><Link to="/setup/events" search={{ case: of.id }}>{words.customer.ofCase}</Link></li>}
    </>
  );
}

export function CaseDetails({ file }: { file: CaseFile }) {
  const one = file.case;
  const change = useChangeCase(one.id, one.version);
  const { person } = useSession();
  const w = words.case;
  const basis = one.load_basis === 'computed' ? w.loadComputed : one.load_basis === 'declared' ? w.loadDeclared : null;
  const facts = [
    `${w.with} ${personName(one.agent, person.id)}, ${one.team}`,
    `${say(words.load, one.load)}${basis ? ` (${basis})` : ''}`,
    say(words.situation, one.situation),
    one.incident?.title,
    one.remedy_due && words.newCase.remedyDue,
    one.regulated_product && words.newCase.regulated,
  ].filter(Boolean);
  return (
    <Disclosure className="card" summary={w.facts}>
      <ul className="plain-list">{facts.map((fact) => <li key={String(fact)}>{fact}</li>)}<Further of={one} /></ul>
      {one.state === 'open' && (
        <Disclosure summary={w.change}>
          <Form key={one.version} write={change} kind="plain" submit={w.changeSubmit}
                send={(values) => {
                  const load = values.text('/load') as Schemas['CaseChange']['load'];
                  const name = values.text('/customer/name');
                  const reference = values.text('/customer/reference');
                  return {
                    load,
                    load_reason: load && authored(values.text('/load_reason')),
                    remedy_due: values.checked('/remedy_due'),
                    regulated_product: values.checked('/regulated_product'),
                    customer: name || reference ? { name, reference } : undefined,
                  };
                }}>
            <TextField name="/customer/name" label={words.newCase.customerName} />
            <TextField name="/customer/reference" label={words.newCase.customerReference} />
            <Choice name="/load" label={words.newCase.load} options={optionsOf(words.load, ['quiet', 'normal', 'busy'])} />
            <TextArea name="/load_reason" label={words.newCase.loadReason} rows={1} />
            <Checkbox name="/remedy_due" label={words.newCase.remedyDue} defaultChecked={one.remedy_due} />
            <Checkbox name="/regulated_product" label={words.newCase.regulated} defaultChecked={one.regulated_product} />
          </Form>
        </Disclosure>
      )}
    </Disclosure>
  );
}
