/** What somebody signs in with, shown once to whoever hands it over. */
import { Copyable } from '../../parts/copyable';
import { words } from '../../words';

const w = words.people;

export interface Handover {
  /** What came of it: "Ada is added". */
  title: string;
  signInName?: string;
  password: string;
}

export function HandOver({ one, done }: { one: Handover; done: () => void }) {
  return (
    <div className="notice stack" role="status">
      <h3>{one.title}</h3>
      <p>{w.giveThem}</p>
      {one.signInName !== undefined && <Copyable label={w.signInName} value={one.signInName} />}
      <Copyable label={w.password} value={one.password} />
      <button type="button" className="button primary" onClick={done}>{w.seen}</button>
    </div>
  );
}
