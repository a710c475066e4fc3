/**
 * Forms without state: fields are named by the JSON pointer of what they fill in, so that a problem's `field` finds its
 * place by itself, and are read once, when they are sent.
 *
 *   <Form write={open} send={(v) => ({ reason: v.text('/reason')! })} submit={words.newCase.submit}>
 *     <TextField name="/reason" label={words.newCase.reason} required />
 *   </Form>
 */
import { createContext, useContext, useEffect, useId, useRef, type FormEvent, type ReactNode } from 'react';
import { problemOf, type Problem, type Schemas } from '../api/client';
import type { Write } from '../api/write';
import { say, words } from '../words';
import { instantOf, useFormat } from './format';
import { ProblemNotice } from './problem';

/** What a form's fields hold; an empty field is undefined, never "". */
export interface Values {
  text(name: string): string | undefined;
  /** Exactly what was typed: a password's spaces count. */
  raw(name: string): string;
  integer(name: string): number | undefined;
  checked(name: string): boolean;
  /** A `datetime-local` field, read on the organisation's clock. */
  instant(name: string): string | undefined;
  file(name: string): File | undefined;
}

export function valuesOf(form: HTMLFormElement, zone: string): Values {
  const data = new FormData(form);
  const text = (name: string) => {
    const value = data.get(name);
    return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
  };
  return {
    text,
    raw: (name) => String(data.get(name) ?? ''),
    integer: (name) => (text(name) === undefined ? undefined : Number(text(name))),
    checked: (name) => data.has(name),
    instant: (name) => (text(name) === undefined ? undefined : instantOf(text(name)!, zone)),
    file: (name) => {
      const value = data.get(name);
      return value instanceof File && value.size > 0 ? value : undefined;
    },
  };
}

const ProblemContext = createContext<Problem | null>(null);

/** The sentence that belongs to the field `name`, if the last answer complained about it or something inside it. */
function useComplaint(name: string): string | null {
  const problem = useContext(ProblemContext);
  if (!problem?.field) return null;
  if (problem.field !== name && !problem.field.startsWith(`${name}/`)) return null;
  return [problem.detail, problem.advice].filter(Boolean).join(' ');
}

/** A form that was unfolded to be filled in is folded away once it is sent; the focus stays where it stood. */
function foldAway(form: HTMLFormElement | null): void {
  const details = form?.closest('details');
  if (!details?.open) return;
  const hadFocus = details.contains(document.activeElement);
  details.open = false;
  if (hadFocus) details.querySelector('summary')?.focus();
}

interface FormProps<Input, Answer> {
  write: Write<Input, Answer>;
  send: (values: Values) => NoInfer<Input> | undefined;
  submit: string;
  then?: (answer: Answer) => void;
  onInput?: (values: Values) => void;
  kind?: 'primary' | 'plain';
  /** Stands open after it was sent, for one more of the same. */
  again?: boolean;
  /** Keeps what was filled in, to be changed and sent again. */
  keep?: boolean;
  children: ReactNode;
  extra?: ReactNode;
}

export function Form<Input, Answer>({ write, send, submit, then, onInput, kind = 'primary', again = false, keep = false, children, extra }: FormProps<Input, Answer>) {
  const form = useRef<HTMLFormElement>(null);
  const { zone } = useZone();
  const problem = problemOf(write.error);

  useEffect(() => {
    if (problem) form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  }, [problem]);

  const submitted = (event: FormEvent) => {
    event.preventDefault();
    if (write.busy || !form.current) return;
    const input = send(valuesOf(form.current, zone));
    if (input === undefined) return;
    write.run(input, (answer) => {
      if (!keep) {
        form.current?.reset();
        if (!again) foldAway(form.current);
      }
      then?.(answer);
    });
  };

  return (
    <ProblemContext value={problem}>
      <form
        ref={form}
        className="form"
        onSubmit={submitted}
        onInput={onInput && (() => form.current && onInput(valuesOf(form.current, zone)))}
      >
        {children}
        <div className="form-problem">
          <ProblemNotice error={write.error} />
        </div>
        <div className="buttons">
          <button type="submit" className={`button ${kind}`} aria-disabled={write.busy}>
            {submit}
          </button>
          {extra}
        </div>
      </form>
    </ProblemContext>
  );
}

const ZoneContext = createContext<{ zone: string }>({ zone: 'UTC' });
const useZone = () => useContext(ZoneContext);

/** Gives the forms inside it the organisation's clock; sign-in stands outside and needs none. */
export function OrganisationClock({ children }: { children: ReactNode }) {
  const { zone } = useFormat();
  return <ZoneContext value={{ zone }}>{children}</ZoneContext>;
}

export interface FieldProps {
  name: string;
  label: string;
  hint?: string | undefined;
  required?: boolean;
}

interface Described {
  id: string;
  'aria-describedby': string | undefined;
  'aria-invalid': true | undefined;
}

/** What every field has around it: its label, a hint, and what the server said about it. */
export function Field({ name, label, hint, required, children }: FieldProps & { children: (described: Described) => ReactNode }) {
  const id = useId();
  const complaint = useComplaint(name);
  const described = [hint && `${id}-hint`, complaint && `${id}-complaint`].filter(Boolean).join(' ');
  return (
    <div className="field">
      <label htmlFor={id}>
        {label} {!required && <span className="optional">({words.optional})</span>}
      </label>
      {hint && (
        <p id={`${id}-hint`} className="hint">
          {hint}
        </p>
      )}
      {children({ id, 'aria-describedby': described || undefined, 'aria-invalid': complaint ? true : undefined })}
      {complaint && (
        <p id={`${id}-complaint`} className="complaint" role="alert">
          {complaint}
        </p>
      )}
    </div>
  );
}

interface TextFieldProps extends FieldProps {
  type?: 'text' | 'password' | 'datetime-local' | 'number';
  defaultValue?: string | undefined;
  autoComplete?: string;
  maxLength?: number;
  min?: number;
  max?: number;
  size?: 'short' | 'full';
}

export function TextField({ size = 'full', type = 'text', defaultValue, autoComplete = 'off', maxLength = 200, min, max, ...field }: TextFieldProps) {
  return (
    <Field {...field}>
      {(described) => (
        <input
          {...described}
          className={size}
          type={type}
          name={field.name}
          required={field.required}
          defaultValue={defaultValue}
          autoComplete={autoComplete}
          {...(type === 'text' ? { maxLength } : {})}
          {...(type === 'number' ? { min: min ?? 0, max, step: 1, inputMode: 'numeric' as const } : {})}
        />
      )}
    </Field>
  );
}

/** An amount in the organisation's currency, as decimal text. */
export function MoneyField({ defaultValue, ...field }: FieldProps & { defaultValue?: string }) {
  const { currency } = useFormat();
  const sign = new Intl.NumberFormat('en-GB', { style: 'currency', currency }).formatToParts(0).find((p) => p.type === 'currency')?.value;
  return (
    <Field {...field} label={`${field.label} (${sign ?? currency})`}>
      {(described) => (
        <input {...described} className="short" type="text" inputMode="decimal" pattern="[0-9]+([.][0-9]+)?" name={field.name}
               required={field.required} defaultValue={defaultValue} autoComplete="off" />
      )}
    </Field>
  );
}

export function TextArea({ defaultValue, rows = 2, ...field }: FieldProps & { defaultValue?: string | undefined; rows?: number }) {
  return (
    <Field {...field}>
      {(described) => (
        <textarea {...described} name={field.name} required={field.required} defaultValue={defaultValue} rows={rows} maxLength={4000} />
      )}
    </Field>
  );
}

interface SelectProps extends FieldProps {
  options: [value: string, label: string][];
  defaultValue?: string;
  /** The words of "nothing chosen"; absent where something is always chosen. */
  none?: string;
  onChange?: (value: string) => void;
}

export function Select({ options, defaultValue, none, onChange, ...field }: SelectProps) {
  return (
    <Field {...field}>
      {(described) => (
        <select {...described} name={field.name} required={field.required} defaultValue={defaultValue}
                onChange={onChange && ((event) => onChange(event.currentTarget.value))}>
          {none !== undefined && <option value="">{none}</option>}
          {options.map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

interface ChoiceProps extends FieldProps {
  options: [value: string, label: string, meaning?: string][];
  defaultValue?: string | undefined;
  onChange?: (value: string) => void;
}

/** What stands around several boxes or buttons that fill in one field: its heading, hint and complaint. */
export function FieldGroup({ name, label, hint, required, children }: FieldProps & { children: (invalid: true | undefined) => ReactNode }) {
  const id = useId();
  const complaint = useComplaint(name);
  return (
    <fieldset className="choice" aria-describedby={hint ? `${id}-hint` : undefined}>
      <legend>
        {label} {!required && <span className="optional">({words.optional})</span>}
      </legend>
      {hint && (
        <p id={`${id}-hint`} className="hint">
          {hint}
        </p>
      )}
      {children(complaint ? true : undefined)}
      {complaint && (
        <p className="complaint" role="alert">
          {complaint}
        </p>
      )}
    </fieldset>
  );
}

/** One of a few, all in sight: radio buttons that look like tiles. */
export function Choice({ options, defaultValue, onChange, ...field }: ChoiceProps) {
  return (
    <FieldGroup {...field}>
      {(invalid) => (
        <div className="options">
          {options.map(([value, text, meaning]) => (
            <label key={value} className={meaning ? 'option wide' : 'option'}>
              <input type="radio" name={field.name} value={value} required={field.required} defaultChecked={value === defaultValue}
                     aria-invalid={invalid} onChange={onChange && (() => onChange(value))} />
              <span>
                {text}
                {meaning && <small>{meaning}</small>}
              </span>
            </label>
          ))}
        </div>
      )}
    </FieldGroup>
  );
}

export function Checkbox({ name, label, defaultChecked }: { name: string; label: string; defaultChecked?: boolean }) {
  return (
    <label className="checkbox">
      <input type="checkbox" name={name} defaultChecked={defaultChecked} /> <span>{label}</span>
    </label>
  );
}

/** A dictionary of the word catalogue as the options of a field, in its order. */
export function optionsOf(dictionary: Record<string, string>, codes = Object.keys(dictionary)): [string, string][] {
  return codes.map((code) => [code, say(dictionary, code)]);
}

/** The five sides of service, each with what it means: explained where it first stands. */
export const dimensionOptions: [string, string, string][] = Object.keys(words.dimension).map((code) => [
  code,
  say(words.dimension, code),
  say(words.dimensionMeans, code),
]);

type Words = Schemas['Words'];

/** A text that somebody wrote: the person who fills in the form, unless said. */
export function wordsBy(text: string | undefined, author: Words['author'] = 'own_words'): Words {
  return { text: text ?? '', author };
}

/** A text and whose it is, seen against what was suggested. */
export function authored(text: string | undefined, suggestion?: string): Words | undefined {
  if (text === undefined) return undefined;
  if (suggestion === undefined) return { text, author: 'own_words' };
  return { text, author: text === suggestion ? 'suggestion_accepted' : 'suggestion_edited' };
}
