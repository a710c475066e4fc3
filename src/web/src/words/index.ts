/**
 * Every word that the page says, a file for each area: plain English that a Level 1 learner reads without help.
 * Words that come from the server (verdict sentences, next steps, questions) are shown as they come.
 */
import { accountWords } from './account';
import { actionsWords } from './actions';
import { callsWords } from './calls';
import { caseWords } from './case';
import { codesWords } from './codes';
import { connectionsWords } from './connections';
import { deskWords } from './desk';
import { gesturesWords } from './gestures';
import { grantsWords } from './grants';
import { helpWords } from './help';
import { ideasWords } from './ideas';
import { incidentsWords } from './incidents';
import { offerWords } from './offer';
import { pageWords } from './page';
import { peopleWords } from './people';
import { proposalsWords } from './proposals';
import { recordWords } from './record';
import { rulesWords } from './rules';
import { setupWords } from './setup';
import { unitWords } from './unit';

export const words = {
  ...pageWords,
  ...deskWords,
  ...caseWords,
  ...ideasWords,
  ...actionsWords,
  ...offerWords,
  ...incidentsWords,
  ...proposalsWords,
  ...gesturesWords,
  ...unitWords,
  ...rulesWords,
  ...setupWords,
  ...peopleWords,
  ...grantsWords,
  ...accountWords,
  ...connectionsWords,
  ...callsWords,
  ...recordWords,
  ...helpWords,
  ...codesWords,
};

/** A word of the catalogue, or the bare code where a newer server knows one that this page does not. */
export function say(dictionary: Record<string, string>, code: string): string {
  return dictionary[code] ?? code;
}
