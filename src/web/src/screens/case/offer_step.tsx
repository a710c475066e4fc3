/** Step 1: the customer hears what our offer is; the steps of the contact are ticked as they happen. */
import { client, answer } from '../../api/client';
import { useQuery } from '@tanstack/react-query';
import { authored, Choice, Form, optionsOf, Select, TextArea, TextField } from '../../parts/form';
import { Disclosure, Loaded } from '../../parts/page';
import { ProblemNotice } from '../../parts/problem';
import { Quote, RecordItem } from '../../parts/record';
import type { Schemas } from '../../api/client';
import { say, words } from '../../words';
import { useConsultDocument, useDocuments, useExplainOffer, useTakeStep, type CaseFile } from './queries';
import { Step } from './step';

const contactSteps = ['greeting', 'need', 'solution', 'satisfied', 'follow_up'];
const complaintSteps = ['listened', 'apologised', 'investigated', 'resolved', 'followed_up', 'learned'];

function CurrentOffer() {
  const offer = useQuery({ queryKey: ['offers', 'current'], queryFn: () => answer(client.GET('/api/v1/offers/current')) });
  return (
    <Loaded query={offer}>
      {(current) => (
        <>
          <p>{current.summary}</p>
          <ul>{current.items.map((item) => <li key={item.id}>{item.promise}</li>)}</ul>
        </>
      )}
    </Loaded>
  );
}

function ContactSteps({ file }: { file: CaseFile }) {
  const take = useTakeStep(file.case.id);
  const isComplaint = file.case.kind === 'complaint' || file.case.kind === 'fault';
  const taken = new Set(file.steps.map((step) => step.step));
  return (
    <div role="group" aria-label={isComplaint ? words.offerStep.complaint : words.offerStep.contact} className="contact-steps">
      <p className="label">{isComplaint ? words.offerStep.complaint : words.offerStep.contact}</p>
      <div className="options">
        {(isComplaint ? complaintSteps : contactSteps).map((step) => (
          <button key={step} type="button" className="toggle" aria-pressed={taken.has(step)} aria-disabled={take.busy || taken.has(step)}
                  onClick={() => !take.busy && !taken.has(step) && take.run({ step: step as Schemas['NewCaseStep']['step'] })}>
            {say(words.caseStep, step)}
          </button>
        ))}
      </div>
      <ProblemNotice error={take.error} />
    </div>
  );
}

function DocumentsConsulted({ file }: { file: CaseFile }) {
  const look = useConsultDocument(file.case.id);
  const documents = useDocuments();
  const w = words.offerStep;
  if (!documents.data?.length) return null;
  return (
    <Disclosure summary={w.looked}>
      <ul className="records">
        {file.documents_consulted.map((seen) => (
          <RecordItem key={seen.id} record={seen}>{[seen.title, seen.place].filter(Boolean).join(', ')} </RecordItem>
        ))}
      </ul>
      <Form write={look} kind="plain" submit={w.lookedSubmit}
            send={(values) => ({ document: values.text('/document') ?? '', place: values.text('/place') })}>
        <Select name="/document" label={w.document} required none={words.chooseOne}
                options={documents.data.map((one) => [one.id, `${one.title} (${one.edition})`])} />
        <TextField name="/place" label={w.place} />
      </Form>
    </Disclosure>
  );
}

export function OfferStep({ file }: { file: CaseFile }) {
  const explain = useExplainOffer(file.case.id);
  const w = words.offerStep;
  const explained = file.offer_explanations;
  return (
    <Step number={1} id="explained" title={words.steps.offer} done={explained.length > 0}>
      <ul className="records">
        {explained.map((one) => (
          <RecordItem key={one.id} record={one}>
            {w.explained(one.offer_number, say(words.channel, one.channel))} <Quote words={one.words} />
          </RecordItem>
        ))}
      </ul>
      {explained.length === 0 && (
        <button type="button" className="button plain" aria-disabled={explain.busy} onClick={() => !explain.busy && explain.run({})}>{w.explain}</button>
      )}
      <ProblemNotice error={explain.error} />
      <Disclosure summary={w.see}><CurrentOffer /></Disclosure>
      <Disclosure summary={w.addWords}>
        <Form write={explain} kind="plain" submit={w.explain}
              send={(values) => ({ channel: values.text('/channel') as Schemas['Channel'], words: authored(values.text('/words')) })}>
          <Choice name="/channel" label={w.how} options={optionsOf(words.channel)} defaultValue={file.case.channel} required />
          <TextArea name="/words" label={w.wordsLabel} />
        </Form>
      </Disclosure>
      <ContactSteps file={file} />
      <DocumentsConsulted file={file} />
    </Step>
  );
}
