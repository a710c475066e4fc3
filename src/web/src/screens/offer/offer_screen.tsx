/** The service offer: what is promised now, what was, what comes next; and the gesture catalogue. */
import { useOffers, useRoles } from '../../api/queries';
import { useFormat } from '../../parts/format';
import { Card, Disclosure, Loaded, Page } from '../../parts/page';
import { ProblemNotice } from '../../parts/problem';
import { Stamp } from '../../parts/record';
import { say, words } from '../../words';
import { Catalogue } from './catalogue';
import { DraftForm } from './draft_form';
import { usePublishOffer, type Offer } from './queries';

const w = words.offer;

function Promises({ offer }: { offer: Offer }) {
  return (
    <>
      <p>{offer.summary}</p>
      <ul className="promises">
        {offer.items.map((item) => (
          <li key={item.id}>
            <p>{item.promise}</p>
            <p className="fine">
              {[item.standard ?? (item.standard_minutes !== null && words.minutes(item.standard_minutes)),
                item.dimension && say(words.dimension, item.dimension), item.channel && say(words.channel, item.channel), item.segment]
                .filter(Boolean).join(' · ')}
            </p>
          </li>
        ))}
      </ul>
    </>
  );
}

function Draft({ offer, manages }: { offer: Offer; manages: boolean }) {
  const publish = usePublishOffer(offer.id);
  return (
    <Card title={`${w.version(offer.number)}: ${offer.title}`} aside={<span className="tag">{w.draft}</span>}>
      <Promises offer={offer} />
      <p><Stamp record={offer} /></p>
      {manages && (
        <button type="button" className="button primary" aria-disabled={publish.busy} onClick={() => !publish.busy && publish.run(undefined)}>{w.publish}</button>
      )}
      <ProblemNotice error={publish.error} />
    </Card>
  );
}

export function OfferScreen() {
  const offers = useOffers();
  const manages = useRoles().has('manager');
  const format = useFormat();
  return (
    <Page title={w.title}>
      <Loaded query={offers}>
        {(list) => {
          const current = list.find((one) => one.state === 'published');
          const drafts = list.filter((one) => one.state === 'draft');
          const older = list.filter((one) => one.state === 'superseded');
          return (
            <>
              {current ? (
                <Card title={current.title} aside={<span className="tag">{w.version(current.number)}</span>}>
                  <Promises offer={current} />
                  <p className="fine">
                    {current.published_at && w.since(format.time(current.published_at))}
                    {current.from_proposal && ` · ${w.fromProposal}`}
                  </p>
                </Card>
              ) : <p className="empty">{w.none}</p>}
              {drafts.map((offer) => <Draft key={offer.id} offer={offer} manages={manages} />)}
              {manages && <Disclosure className="card" summary={w.next}><DraftForm key={current?.id} start={current} /></Disclosure>}
              {older.length > 0 && (
                <Disclosure className="card" summary={w.older}>
                  {older.map((offer) => <section key={offer.id}><h3>{w.version(offer.number)}: {offer.title}</h3><Promises offer={offer} /></section>)}
                </Disclosure>
              )}
            </>
          );
        }}
      </Loaded>
      <Catalogue />
    </Page>
  );
}
