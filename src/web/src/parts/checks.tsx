/** Several of a few, all in sight: check boxes under one heading. Each field is named by its place below `name`: "/roles/agent". */
import { FieldGroup, type FieldProps, type Values } from './form';

interface ChecksProps extends FieldProps {
  options: [value: string, label: string, meaning?: string][];
  defaultValue?: string[];
}

export function Checks({ options, defaultValue = [], ...field }: ChecksProps) {
  return (
    <FieldGroup {...field}>
      {(invalid) => (
        <div className="checks">
          {options.map(([value, text, meaning]) => (
            <label key={value} className="checkbox">
              <input type="checkbox" name={`${field.name}/${value}`} defaultChecked={defaultValue.includes(value)} aria-invalid={invalid} />
              <span>
                {text}
                {meaning && <small className="meaning">{meaning}</small>}
              </span>
            </label>
          ))}
        </div>
      )}
    </FieldGroup>
  );
}

/** Which of `all` are ticked below `name`. */
export function ticked<Value extends string>(values: Values, name: string, all: readonly Value[]): Value[] {
  return all.filter((one) => values.checked(`${name}/${one}`));
}
