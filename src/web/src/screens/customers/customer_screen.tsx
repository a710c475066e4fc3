/** A customer's file: what is known, and erasing their personal data, which is asked about once. */
import { getRouteApi } from '@tanstack/react-router';
import { useQuery } from '@tanstack/react-query';
import { answer, client, type Schemas } from '../../api/client';
import { useRoles } from '../../api/queries';
import { useWrite } from '../../api/write';
import { Confirm } from '../../parts/confirm';
import { Card, Loaded, Page } from '../../parts/page';
import { say, words } from '../../words';

type Customer = Schemas['Customer'];
const w = words.customer;
const route = getRouteApi('/customers/$customerId');
const marks = ['business', 'public_official', 'vulnerable', 'age_verified'] as const;

const useCustomer = (id: string) =>
  useQuery({ queryKey: ['customer', id], queryFn: () => answer(client.GET('/api/v1/customers/{id}', { params: { path: { id } } })) });

function Facts({ of }: { of: Customer }) {
  const marked = marks.filter((mark) => of[mark]).map((mark) => say(w.marks, mark));
  return (
    <Card title={w.facts}>
      <dl className="known">
        <div><dt>{w.knownAs}</dt><dd>{of.pseudonym}</dd></div>
        {of.segment && <div><dt>{w.segment}</dt><dd>{of.segment}</dd></div>}
        {of.country && <div><dt>{w.country}</dt><dd>{of.country}</dd></div>}
        {marked.length > 0 && <div><dt>{w.marked}</dt><dd>{marked.join(', ')}</dd></div>}
        <div><dt>{w.cases}</dt><dd>{of.cases}</dd></div>
        <div><dt>{w.gestures}</dt><dd>{of.gestures_last_12_months}</dd></div>
      </dl>
    </Card>
  );
}

function Erasure({ of }: { of: Customer }) {
  const mayErase = useRoles().has('manager', 'admin');
  const erase = useWrite<void, Schemas['Erased']>((_, header) =>
    client.POST('/api/v1/customers/{id}/erase', { params: { path: { id: of.id }, header } }));
  if (!mayErase) return of.erased ? null : <p className="hint">{w.ask}</p>;
  return (
    <>
      <p role="status" className={erase.data ? 'notice' : 'said'}>{erase.data && w.gone(erase.data.words)}</p>
      {!of.erased && (
        <Card title={w.erase}>
          <p>{w.eraseWhy}</p>
          <ul className="plain-list"><li>{w.goes}</li><li>{w.stays}</li><li>{w.reason}</li></ul>
          <Confirm ask={w.erase} question={w.question} write={erase} input={undefined} />
        </Card>
      )}
    </>
  );
}

export function CustomerScreen() {
  const { customerId } = route.useParams();
  const customer = useCustomer(customerId);
  return (
    <Loaded query={customer}>
      {(of) => (
        <Page title={of.name ?? of.pseudonym} over={`${w.file} · ${say(w.kind, of.kind)}`} lead={of.erased ? w.erasedLead : w.lead}>
          <Facts of={of} />
          <Erasure of={of} />
        </Page>
      )}
    </Loaded>
  );
}
