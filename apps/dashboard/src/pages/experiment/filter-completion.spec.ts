import { completeName, suggestNames } from './filter-completion.js';

const NAMES = ['metrics.accuracy', 'metrics.`val/acc`', 'params.lr', 'attributes.status'];

it('suggests names for the word at the caret, better beginnings first', () => {
  expect(suggestNames('acc', 3, NAMES)).toEqual(['metrics.accuracy', 'metrics.`val/acc`']);
  expect(suggestNames('metrics.accuracy > 0.9 and par', 30, NAMES)).toEqual(['params.lr']);
});

it('stays quiet in strings, after operators and between words', () => {
  expect(suggestNames("tags.team = 'acc", 16, NAMES)).toEqual([]);
  expect(suggestNames('params.x = acc', 14, NAMES)).toEqual([]);
  expect(suggestNames('metrics.accuracy ', 17, NAMES)).toEqual([]);
});

it('replaces the word and leaves the rest', () => {
  expect(completeName('acc > 1', 3, 'metrics.accuracy')).toEqual({ text: 'metrics.accuracy > 1', caret: 17 });
});
