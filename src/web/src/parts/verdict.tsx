/** A verdict: never by colour alone, always a word, a shape and a sentence. */
import type { Schemas } from '../api/client';
import { say, words } from '../words';
import { useFormat } from './format';

export type Outcome = Schemas['Check']['outcome'];
type Tone = 'good' | 'plain' | 'ask' | 'unsure' | 'stop' | 'open';

const tones: Record<string, Tone> = {
  ok: 'good',
  allowed: 'good',
  routine: 'plain',
  'needs sign-off': 'ask',
  undecided: 'unsure',
  'not allowed': 'stop',
  open: 'open',
};

export const toneOf = (outcome: string): Tone => tones[outcome] ?? 'plain';

const shapes: Record<Tone, string> = {
  good: 'M3 8.5 6.5 12 13 4.5',
  plain: 'M3 6h10M3 10h10',
  ask: 'M8 3v6M8 12.5v.01',
  unsure: 'M5.5 6a2.5 2.5 0 1 1 3.6 2.2c-.8.4-1.1.8-1.1 1.6M8 12.5v.01',
  stop: 'M4 4l8 8M12 4l-8 8',
  open: '',
};

export function Mark({ outcome }: { outcome: string }) {
  const tone = toneOf(outcome);
  return (
    <svg className={`mark ${tone}`} viewBox="0 0 16 16" aria-hidden="true">
      <path d={shapes[tone]} />
    </svg>
  );
}

export function Badge({ outcome, text }: { outcome: string; text?: string }) {
  return (
    <span className={`badge ${toneOf(outcome)}`}>
      <Mark outcome={outcome} />
      {text ?? say(words.outcome, outcome)}
    </span>
  );
}

export function Verdict({ outcome, sentence }: { outcome: string; sentence: string }) {
  const format = useFormat();
  return (
    <p className={`verdict ${toneOf(outcome)}`}>
      <Badge outcome={outcome} /> <span className="sentence">{format.sentence(sentence)}</span>
    </p>
  );
}
