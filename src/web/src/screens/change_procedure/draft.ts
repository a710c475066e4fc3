/**
 * A change procedure while it is being changed: each step holds its own ways on, and ways lead to steps, not to names, so
 * that a step can be renamed. Plain data; every change makes a new one.
 */
import type { Schemas } from '../../api/client';

export type Procedure = Schemas['ChangeProcedure'];
export type Meaning = Schemas['ProposalMeaning'];
export type Who = Procedure['moves'][number]['who'][number];

export interface Way {
  to: number;
  who: Who[];
}
export interface Step {
  id: number;
  name: string;
  is: Meaning;
  ways: Way[];
}
export interface Draft {
  name: string;
  steps: Step[];
}

export const ends = (is: Meaning): boolean => is !== 'open' && is !== 'trial';

export function draftOf(procedure: Procedure): Draft {
  const places = new Map(procedure.states.map(({ name }, id) => [name, id]));
  return {
    name: procedure.name,
    steps: procedure.states.map(({ name, is }, id) => ({
      id, name, is,
      ways: procedure.moves.filter(({ from }) => from === name).map(({ to, who }) => ({ to: places.get(to)!, who })),
    })),
  };
}

/** As it is sent: ways out of a step that ends are left out, and so are those that nobody may take. */
export function procedureOf(draft: Draft): Procedure {
  const nameOf = new Map(draft.steps.map(({ id, name }) => [id, name.trim()]));
  return {
    name: draft.name.trim(),
    states: draft.steps.map(({ name, is }) => ({ name: name.trim(), is })),
    moves: draft.steps.filter(({ is }) => !ends(is)).flatMap(({ name, ways }) =>
      ways.filter(({ who }) => who.length > 0).map(({ to, who }) => ({ from: name.trim(), to: nameOf.get(to)!, who }))),
  };
}

export function changeStep(draft: Draft, id: number, change: (step: Step) => Partial<Step>): Draft {
  return { ...draft, steps: draft.steps.map((step) => (step.id === id ? { ...step, ...change(step) } : step)) };
}

export function addStep(draft: Draft, name: string): Draft {
  const id = Math.max(...draft.steps.map((step) => step.id), 0) + 1;
  const firstEnd = draft.steps.findIndex(({ is }) => ends(is));
  const place = firstEnd < 0 ? draft.steps.length : firstEnd;
  return { ...draft, steps: draft.steps.toSpliced(place, 0, { id, name, is: 'open', ways: [] }) };
}

export function takeOutStep(draft: Draft, id: number): Draft {
  const left = draft.steps.filter((step) => step.id !== id);
  return { ...draft, steps: left.map((step) => ({ ...step, ways: step.ways.filter(({ to }) => to !== id) })) };
}
