/** A text that goes into another system: shown whole, copied with one tap. */
import { useId, useRef, useState } from 'react';
import { words } from '../words';

const w = words.secret;

/** Copying is allowed only on secure origins; elsewhere the text is selected, ready for the keys. */
export function Copyable({ label, value }: { label: string; value: string }) {
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const [said, setSaid] = useState('');
  const copy = async () => {
    field.current?.select();
    try {
      await navigator.clipboard.writeText(value);
      setSaid(w.copied);
    } catch {
      setSaid(w.selectIt);
    }
  };
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <div className="copyable">
        <input id={id} ref={field} className="full" readOnly value={value} onFocus={(event) => event.currentTarget.select()} />
        <button type="button" className="button plain" aria-label={w.copyThing(label)} onClick={() => void copy()}>{w.copy}</button>
      </div>
      <p className="fine" role="status">{said}</p>
    </div>
  );
}
