import { runColour } from './run-colour.js';

it('a run keeps its colour', () => {
  expect(runColour('a1b2')).toBe(runColour('a1b2'));
});

it('runs spread over many colours', () => {
  const colours = new Set(Array.from({ length: 200 }, (_, index) => runColour(`run-${index}`)));
  expect(colours.size).toBeGreaterThan(60);
});
