/** One step of the walk through a case: numbered, with a mark that says whether it has been done. */
import type { ReactNode } from 'react';
import { words } from '../../words';

interface StepProps {
  number: number;
  id: string;
  title: string;
  done: boolean;
  hint?: string;
  children: ReactNode;
}

export function Step({ number, id, title, done, hint, children }: StepProps) {
  return (
    <section className={done ? 'step done' : 'step'} id={`step-${id}`} aria-labelledby={`step-${id}-title`} tabIndex={-1}>
      <div className="step-head">
        <span className="step-number" aria-hidden="true">{done ? '✓' : number}</span>
        <h2 id={`step-${id}-title`}>{title}</h2>
        <span className="hidden">({done ? words.case.stepDone : words.case.stepOpen})</span>
      </div>
      <div className="step-body">
        {hint && <p className="hint">{hint}</p>}
        {children}
      </div>
    </section>
  );
}
