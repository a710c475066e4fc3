/** What went wrong, in a sentence, with what to do about it. */
import { problemOf } from '../api/client';
import { words } from '../words';

export function ProblemNotice({ error, again }: { error: unknown; again?: () => void }) {
  const problem = problemOf(error);
  if (!problem) return null;
  return (
    <div className="problem" role="alert">
      <p>
        <strong>{problem.detail}</strong> {problem.advice}
      </p>
      {again && (
        <button type="button" className="button quiet" onClick={again}>
          {words.problem.again}
        </button>
      )}
    </div>
  );
}
