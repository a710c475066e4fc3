import { expect, it } from 'vitest';
import { authored } from './form';

it('says whose a text is: the person’s own, or a suggestion that was kept or changed', () => {
  expect(authored('Mine')).toEqual({ text: 'Mine', author: 'own_words' });
  expect(authored('Theirs', 'Theirs')).toEqual({ text: 'Theirs', author: 'suggestion_accepted' });
  expect(authored('Theirs, mended', 'Theirs')).toEqual({ text: 'Theirs, mended', author: 'suggestion_edited' });
  expect(authored(undefined, 'Theirs')).toBeUndefined();
});
