/** Mending a cause: the five whys, who owns it, before and after; in words, and as the record counts it. */
import { useQuery } from '@tanstack/react-query';
import { answer, client, type Schemas } from '../../api/client';
import { usePeople, useRoles, useSession } from '../../api/queries';
import { useWrite } from '../../api/write';
import { authored, Form, Select, TextArea } from '../../parts/form';
import { useFormat } from '../../parts/format';
import { Disclosure, Loaded } from '../../parts/page';
import { personName, Quote } from '../../parts/record';
import { words } from '../../words';

type Improvement = Schemas['Improvement'];
const w = words.improvement;
const fields = ['why_1', 'why_2', 'why_3', 'why_4', 'why_5', 'before', 'after'] as const;

const useImprovement = (id: string) =>
  useQuery({ queryKey: ['improvement', id], queryFn: () => answer(client.GET('/api/v1/proposals/{id}/improvement', { params: { path: { id } } })) });

const useChange = (id: string) =>
  useWrite<Schemas['ImprovementChange'], Improvement>((body, header) =>
    client.POST('/api/v1/proposals/{id}/improvement', { params: { path: { id }, header }, body }));

const textOf = (of: Improvement, field: (typeof fields)[number]) =>
  (field === 'before' || field === 'after' ? of[field] : of.whys[Number(field.at(-1)) - 1])?.text ?? undefined;

/** Only what was changed is sent: what stays keeps whose words it is. */
function ChangeForm({ of }: { of: Improvement }) {
  const change = useChange(of.id);
  const people = usePeople().data ?? [];
  const label = (field: (typeof fields)[number]) => (field === 'before' ? w.before : field === 'after' ? w.after : w.why(Number(field.at(-1))));
  return (
    <Form key={of.version} write={change} kind="plain" submit={words.save}
          send={(values) => {
            const said = fields.map((field) => [field, values.text(`/${field}`)] as const).filter(([field, text]) => text && text !== textOf(of, field));
            const owner = values.text('/owner');
            return {
              ...Object.fromEntries(said.map(([field, text]) => [field, authored(text)])),
              ...(owner && owner !== of.owner?.id ? { owner } : {}),
            };
          }}>
      {fields.map((field) => <TextArea key={field} name={`/${field}`} label={label(field)} defaultValue={textOf(of, field)} rows={1} />)}
      <Select name="/owner" label={w.owner} none={w.nobody} defaultValue={of.owner?.id ?? ''} options={people.map(({ id, display_name }) => [id, display_name ?? id])} />
    </Form>
  );
}

export function ImprovementView({ id }: { id: string }) {
  const improvement = useImprovement(id);
  const roles = useRoles();
  const format = useFormat();
  const { person } = useSession();
  return (
    <Loaded query={improvement}>
      {(of) => {
        const whys = of.whys.filter((why) => why !== null);
        const counted = (span: Schemas['GesturesCounted']) => w.counted(span.days, span.gestures, format.money(span.gesture_cost), span.minutes);
        return (
          <>
            <p>{w.about(of.incident_kind)} {of.owner ? w.ownedBy(personName(of.owner, person.id)) : w.noOwner}</p>
            {whys.length > 0 && <ol className="whys" aria-label={w.whys}>{whys.map((why) => <li key={why.text}><Quote words={why} /></li>)}</ol>}
            <p><strong>{w.before}</strong> {counted(of.counted_before)}</p>
            <Quote words={of.before} />
            <p><strong>{w.after}</strong> {of.counted_after ? counted(of.counted_after) : w.notYet}</p>
            <Quote words={of.after} />
            {roles.has('lead', 'manager') && <Disclosure summary={w.change}><ChangeForm of={of} /></Disclosure>}
          </>
        );
      }}
    </Loaded>
  );
}
