/** Fields that a few forms share: a file, and a team by the names that people have. */
import { useId, type ChangeEvent } from 'react';
import { usePeople } from '../api/queries';
import { Field, type FieldProps } from './form';

interface FileFieldProps extends FieldProps {
  accept: string;
  onChoose?: (file: File | undefined) => void;
}

export function FileField({ accept, onChoose, ...field }: FileFieldProps) {
  const chosen = onChoose && ((event: ChangeEvent<HTMLInputElement>) => onChoose(event.currentTarget.files?.[0]));
  return (
    <Field {...field}>
      {(described) => <input {...described} type="file" name={field.name} accept={accept} required={field.required} onChange={chosen} />}
    </Field>
  );
}

/** The teams that people are in, by name. */
export function useTeams(): string[] {
  const people = usePeople();
  return [...new Set((people.data ?? []).map(({ team }) => team).filter(Boolean))].sort();
}

/** A team: one that people are in is suggested, any other may be written. */
export function TeamField({ defaultValue, ...field }: FieldProps & { defaultValue?: string | undefined }) {
  const list = useId();
  const teams = useTeams();
  return (
    <Field {...field}>
      {(described) => (
        <>
          <input {...described} className="full" type="text" name={field.name} required={field.required} maxLength={200} list={list}
                 key={defaultValue ?? ''} defaultValue={defaultValue} autoComplete="off" />
          <datalist id={list}>{teams.map((team) => <option key={team} value={team} />)}</datalist>
        </>
      )}
    </Field>
  );
}
