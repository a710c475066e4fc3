/** A case opened by hand: three answers are enough, the rest is folded away. */
import { useNavigate } from '@tanstack/react-router';
import type { Schemas } from '../../api/client';
import { Checkbox, Choice, Form, optionsOf, Select, TextArea, TextField, wordsBy, type Values } from '../../parts/form';
import { Disclosure } from '../../parts/page';
import { words } from '../../words';
import { useIncidents, useOpenCase } from './queries';

type NewCase = Schemas['NewCase'];

function customerOf(values: Values): NewCase['customer'] {
  const name = values.text('/customer/name');
  const reference = values.text('/customer/reference');
  if (!name && !reference) return undefined;
  return {
    name,
    reference,
    kind: values.text('/customer/kind') as 'external' | undefined,
    business: values.checked('/customer/business') || undefined,
    public_official: values.checked('/customer/public_official') || undefined,
    vulnerable: values.checked('/customer/vulnerable') || undefined,
  };
}

function newCaseOf(values: Values): NewCase {
  const said = values.text('/words');
  return {
    kind: values.text('/kind') as NewCase['kind'],
    reason: values.text('/reason') ?? '',
    channel: values.text('/channel') as NewCase['channel'],
    customer: customerOf(values),
    incident: values.text('/incident'),
    severity: values.text('/severity') as NewCase['severity'],
    load: values.text('/load') as NewCase['load'],
    remedy_due: values.checked('/remedy_due') || undefined,
    regulated_product: values.checked('/regulated_product') || undefined,
    words: said ? wordsBy(said, 'customer') : undefined,
  };
}

export function NewCaseForm() {
  const open = useOpenCase();
  const navigate = useNavigate();
  const incidents = useIncidents();
  const w = words.newCase;
  return (
    <Form write={open} send={newCaseOf} submit={w.submit} then={(made) => void navigate({ to: '/cases/$caseId', params: { caseId: made.id } })}>
      <TextField name="/reason" label={w.reason} hint={w.reasonHint} required />
      <Choice name="/kind" label={w.kind} options={optionsOf(words.caseKind)} defaultValue="request" required />
      <Choice name="/channel" label={w.channel} options={optionsOf(words.channel)} defaultValue="face to face" required />
      <TextArea name="/words" label={w.said} />
      <Disclosure summary={w.more}>
        <TextField name="/customer/name" label={w.customerName} />
        <TextField name="/customer/reference" label={w.customerReference} />
        <Choice name="/customer/kind" label={w.customerKind} options={optionsOf(words.customerKind)} defaultValue="external" />
        <Choice name="/severity" label={w.severity} options={optionsOf(words.severity)} />
        <Choice name="/load" label={w.load} options={optionsOf(words.load, ['quiet', 'normal', 'busy'])} />
        <Select name="/incident" label={w.incident} none={w.incidentNone}
                options={(incidents.data ?? []).filter((one) => !one.closed_at).map((one) => [one.id, one.title])} />
        <div className="checks">
          <Checkbox name="/remedy_due" label={w.remedyDue} />
          <Checkbox name="/regulated_product" label={w.regulated} />
          <Checkbox name="/customer/business" label={w.business} />
          <Checkbox name="/customer/public_official" label={w.official} />
          <Checkbox name="/customer/vulnerable" label={w.vulnerable} />
        </div>
      </Disclosure>
    </Form>
  );
}
