/** Step 4: ideas, from the catalogue and in own words; at least two are weighed and one is chosen. */
import { getRouteApi } from '@tanstack/react-router';
import type { Schemas } from '../../api/client';
import { useGestures } from '../../api/queries';
import { Choice, Form, MoneyField, optionsOf, Select, TextArea, TextField, wordsBy } from '../../parts/form';
import { Disclosure } from '../../parts/page';
import { words } from '../../words';
import { IdeaCard } from './idea_card';
import { useProposeIdea, type CaseFile } from './queries';
import { Step } from './step';

type NewIdea = Schemas['NewIdea'];
const route = getRouteApi('/cases/$caseId');

function CatalogueIdea({ caseId }: { caseId: string }) {
  const gestures = useGestures();
  const propose = useProposeIdea(caseId);
  const active = (gestures.data ?? []).filter((one) => one.state === 'active');
  return (
    <Form write={propose} kind="plain" submit={words.ideas.submit} send={(values) => ({ gesture: values.text('/gesture'), origin: 'own' as const })}>
      <Select name="/gesture" label={words.ideas.gesture} required none={words.chooseOne} options={active.map((one) => [one.code, one.title])} />
    </Form>
  );
}

function OwnIdea({ caseId }: { caseId: string }) {
  const propose = useProposeIdea(caseId);
  const w = words.ideas;
  return (
    <Form write={propose} kind="plain" submit={w.submit}
          send={(values) => {
            const inReturn = values.text('/conditions');
            return {
              words: wordsBy(values.text('/words')),
              kind: values.text('/kind') as NewIdea['kind'],
              amount: values.text('/amount'),
              minutes: values.integer('/minutes'),
              origin: values.text('/origin') as NewIdea['origin'],
              conditions: inReturn ? inReturn.split(',').map((one) => one.trim()) : undefined,
            };
          }}>
      <TextArea name="/words" label={w.idea} required />
      <div className="pair">
        <MoneyField name="/amount" label={w.amount} />
        <TextField name="/minutes" label={w.minutes} type="number" size="short" />
      </div>
      <Select name="/kind" label={w.kind} options={optionsOf(words.gestureKind)} defaultValue="attention" required />
      <Disclosure summary={words.actions.more}>
        <Choice name="/origin" label={w.origin} options={optionsOf(words.origin)} defaultValue="own" />
        <TextField name="/conditions" label={w.return} hint={w.returnHint} />
      </Disclosure>
    </Form>
  );
}

function CoachSwitch() {
  const { coach } = route.useSearch();
  const navigate = route.useNavigate();
  return (
    <label className="checkbox">
      <input type="checkbox" checked={coach === true} onChange={(event) => {
        const on = event.currentTarget.checked;
        void navigate({ search: on ? { coach: true } : {}, replace: true, resetScroll: false });
      }} />{' '}
      <span>{words.ideas.coach}</span>
    </label>
  );
}

export function IdeasStep({ file }: { file: CaseFile }) {
  const { coach } = route.useSearch();
  const w = words.ideas;
  const open = file.case.state === 'open';
  const chosen = file.ideas.some((idea) => idea.state === 'chosen');
  return (
    <Step number={4} id="ideas" title={words.steps.ideas} done={file.ideas.length > 1 && chosen} hint={w.hint}>
      {open && <CoachSwitch />}
      {file.ideas.length > 0 && <p className="fine">{w.weighed(file.ideas.length)}</p>}
      <ul className="records ideas">
        {file.ideas.map((idea) => <IdeaCard key={idea.id} file={file} idea={idea} coach={coach === true} />)}
      </ul>
      {open && (
        <>
          <Disclosure summary={`${w.another}: ${w.fromCatalogue.toLowerCase()}`}><CatalogueIdea caseId={file.case.id} /></Disclosure>
          <Disclosure summary={`${w.another}: ${w.ownWords.toLowerCase()}`}><OwnIdea caseId={file.case.id} /></Disclosure>
        </>
      )}
    </Step>
  );
}
