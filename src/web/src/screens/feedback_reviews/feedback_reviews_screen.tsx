/** Looking back at what customers said over a period, and writing down what was learnt. */
import { Link } from '@tanstack/react-router';
import { client, type Schemas } from '../../api/client';
import { useWrite } from '../../api/write';
import { Form, TextArea, TextField, wordsBy } from '../../parts/form';
import { useFormat, wallOf } from '../../parts/format';
import { Card } from '../../parts/page';
import { words } from '../../words';
import { SetupPage } from '../setup/setup_screen';

const w = words.reviews;
const fourWeeks = 28 * 86_400_000;

const useReview = () =>
  useWrite<Schemas['NewFeedbackReview'], Schemas['Created']>((body, header) => client.POST('/api/v1/feedback-reviews', { params: { header }, body }));

export function FeedbackReviewsScreen() {
  const review = useReview();
  const { zone } = useFormat();
  return (
    <SetupPage title={w.title} lead={w.lead}>
      <Card>
        <p className="hint">{w.where} <Link to="/gestures">{words.nav.gestures}</Link></p>
        <Form write={review} submit={w.submit}
              send={(values) => ({
                period_from: values.instant('/period_from') ?? '',
                period_to: values.instant('/period_to') ?? '',
                words: wordsBy(values.text('/words')),
              })}>
          <div className="pair">
            <TextField name="/period_from" label={w.from} type="datetime-local" defaultValue={wallOf(new Date(Date.now() - fourWeeks), zone)} required />
            <TextField name="/period_to" label={w.to} type="datetime-local" defaultValue={wallOf(new Date(), zone)} required />
          </div>
          <TextArea name="/words" label={w.words} hint={w.wordsHint} rows={4} required />
        </Form>
        <div role="status">{review.data && <p className="notice">{w.saved}</p>}</div>
      </Card>
    </SetupPage>
  );
}
