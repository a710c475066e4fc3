import { expect, test } from 'vitest';
import { words } from '.';

test('no area of the words overwrites the words of another', () => {
  const files = import.meta.glob<Record<string, object>>('./*.ts', { eager: true });
  const areas = Object.values(files).flatMap((file) => Object.entries(file)).filter(([name]) => name.endsWith('Words'));
  const names = areas.flatMap(([, area]) => Object.keys(area));
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  expect(Object.keys(words)).toEqual(expect.arrayContaining(names));
});
