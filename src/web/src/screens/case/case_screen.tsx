/**
 * A case, from greeting to "should this be routine?", on one page that walks down. What may be done now stands first (on a
 * wide screen beside the steps), so that an extra mile is one tap; every step may be filled in now, later or never.
 */
import { getRouteApi } from '@tanstack/react-router';
import { useEffect } from 'react';
import type { Schemas } from '../../api/client';
import { useFormat } from '../../parts/format';
import { Loaded, Page } from '../../parts/page';
import { Quote } from '../../parts/record';
import { say, words } from '../../words';
import { ActionsStep } from './actions_step';
import { CaseDetails } from './case_details';
import { ExpectationsStep } from './expectations_step';
import { FeedbackStep } from './feedback_step';
import { IdeasStep } from './ideas_step';
import { MatchStep } from './match_step';
import { OfferStep } from './offer_step';
import { useCase, type CaseFile } from './queries';
import { Tiles } from './tiles';
import { UseStep } from './use_step';

const route = getRouteApi('/cases/$caseId');

/** Evidence links to a record on this page; it is in place only once the case has come. */
function useScrollToHash(ready: boolean) {
  useEffect(() => {
    if (!ready || !location.hash) return;
    const place = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    place?.scrollIntoView();
    place?.focus({ preventScroll: true });
  }, [ready]);
}

function CasePage({ file }: { file: CaseFile }) {
  const one = file.case;
  const format = useFormat();
  useScrollToHash(true);
  const facts = [
    one.customer ? (one.customer.name ?? one.customer.pseudonym) : words.desk.walkUp,
    say(words.caseKind, one.kind),
    say(words.channel, one.channel),
    `${words.case.opened} ${format.time(one.opened_at)}`,
  ];
  return (
    <Page title={one.reason} over={one.reference} lead={facts.join(' · ')} wide>
      {one.state === 'closed' ? <p className="notice">{words.case.closed}</p> : (
        <p className="next-step"><span className="next-label">{words.case.next}</span> {file.next_step}</p>
      )}
      <Quote words={one.words} />
      <div className="case-columns">
        {one.state === 'open' && <Tiles caseId={one.id} channel={one.channel as Schemas['Channel']} />}
        <div className="steps">
          <OfferStep file={file} />
          <ExpectationsStep file={file} />
          <MatchStep file={file} />
          <IdeasStep file={file} />
          <ActionsStep file={file} />
          <FeedbackStep file={file} />
          <UseStep file={file} />
          <CaseDetails file={file} />
        </div>
      </div>
    </Page>
  );
}

export function CaseScreen() {
  const { caseId } = route.useParams();
  const file = useCase(caseId);
  return <Loaded query={file}>{(data) => <CasePage key={caseId} file={data} />}</Loaded>;
}
