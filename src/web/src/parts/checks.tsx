/** Several of a few, all in sight: check boxes under one heading. Each field is named by its place below `name`: "/roles/agent". */
import { useId } from 'react';
import { useComplaint, type FieldProps, type Values } from './form';
import { words } from '../words';

interface ChecksProps extends FieldProps {
  options: [value: string, label: string, meaning?: string][];
  defaultValue?: string[];
}

export function Checks({ name, label, hint, required, options, defaultValue = [] }: ChecksProps) {
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
      <div className="checks">
        {options.map(([value, text, meaning]) => (
          <label key={value} className="checkbox">
            <input type="checkbox" name={`${name}/${value}`} defaultChecked={defaultValue.includes(value)} aria-invalid={complaint ? true : undefined} />
            <span>
              {text}
              {meaning && <small className="meaning">{meaning}</small>}
            </span>
          </label>
        ))}
      </div>
      {complaint && (
        <p className="complaint" role="alert">
          {complaint}
        </p>
      )}
    </fieldset>
  );
}

/** Which of `all` are ticked below `name`. */
export function ticked<Value extends string>(values: Values, name: string, all: readonly Value[]): Value[] {
  return all.filter((one) => values.checked(`${name}/${one}`));
}
