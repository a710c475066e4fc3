/** The small print of a record: who, when, whether it was written later, and whose words they are. */
import type { ReactNode } from 'react';
import type { Schemas } from '../api/client';
import { useSession } from '../api/queries';
import { say, words } from '../words';
import { useFormat } from './format';

type WordsRecord = Schemas['Words'];

const lateAfterMilliseconds = 5 * 60_000;

interface Stamped {
  occurred_at: string;
  recorded_at: string;
  recorded_by?: Schemas['PersonRef'];
}

export function personName(person: { id: string; name: string | null } | null | undefined, me: string): string {
  if (!person) return words.someone;
  return person.id === me ? words.you : (person.name ?? words.someone);
}

export function Stamp({ record }: { record: Stamped }) {
  const format = useFormat();
  const { person } = useSession();
  const late = Date.parse(record.recorded_at) - Date.parse(record.occurred_at) > lateAfterMilliseconds;
  return (
    <span className="stamp">
      {record.recorded_by && <>{personName(record.recorded_by, person.id)}, </>}
      <time dateTime={record.occurred_at}>{format.time(record.occurred_at)}</time>
      {late && <> · {words.writtenLater(format.time(record.recorded_at))}</>}
    </span>
  );
}

/** A person's text, set apart from what the system says; a suggestion is marked as one. */
export function Quote({ words: text, label }: { words: WordsRecord | null | undefined; label?: string }) {
  if (!text) return null;
  return (
    <blockquote className="quote">
      {label && <span className="quote-label">{label} </span>}
      {text.text ?? <em>{words.erased}</em>}
      {text.author && text.author !== 'own_words' && <span className="author"> ({say(words.author, text.author)})</span>}
    </blockquote>
  );
}

/** One record in a list, with an anchor that evidence links to. */
export function RecordItem({ record, children }: { record: Stamped & { id: string }; children: ReactNode }) {
  return (
    <li className="record" id={`record-${record.id}`} tabIndex={-1}>
      {children}
      <Stamp record={record} />
    </li>
  );
}
