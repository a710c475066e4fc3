/** What cannot be undone is asked about once, where it stands: no dialog, and "No" is the first answer at hand. */
import { useEffect, useId, useRef, useState } from 'react';
import type { Write } from '../api/write';
import { words } from '../words';
import { ProblemNotice } from './problem';

interface ConfirmProps<Input, Answer> {
  /** The button that begins it: "Revoke". */
  ask: string;
  /** Says what happens: "Revoke this token? It stops working at once." */
  question: string;
  /** The button's own name where several stand on a screen: "Revoke laptop". */
  label?: string;
  write: Write<Input, Answer>;
  input: NoInfer<Input>;
  then?: (answer: Answer) => void;
}

export function Confirm<Input, Answer>({ ask, question, label, write, input, then }: ConfirmProps<Input, Answer>) {
  const id = useId();
  const [asked, setAsked] = useState(false);
  const begin = useRef<HTMLButtonElement>(null);
  const no = useRef<HTMLButtonElement>(null);
  const wasAsked = useRef(false);
  useEffect(() => {
    if (asked) no.current?.focus();
    else if (wasAsked.current) begin.current?.focus();
    wasAsked.current = asked;
  }, [asked]);
  const yes = () => {
    if (!write.busy) write.run(input, (answer) => { setAsked(false); then?.(answer); });
  };
  return (
    <div className="confirm">
      {asked ? (
        <div role="group" aria-labelledby={id} className="notice ask confirm-question">
          <p id={id}>{question}</p>
          <div className="buttons">
            <button type="button" className="button quiet" ref={no} aria-describedby={id} onClick={() => setAsked(false)}>{words.no}</button>
            <button type="button" className="button danger" aria-disabled={write.busy} aria-describedby={id} onClick={yes}>{words.yes}</button>
          </div>
          <ProblemNotice error={write.error} />
        </div>
      ) : (
        <button type="button" className="link" ref={begin} aria-label={label} onClick={() => { write.reset(); setAsked(true); }}>{ask}</button>
      )}
    </div>
  );
}
