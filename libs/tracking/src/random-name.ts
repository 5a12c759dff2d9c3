import { randomInt } from 'node:crypto';

const ADJECTIVES = [
  'able', 'agile', 'amber', 'ample', 'bold', 'brave', 'bright', 'brisk', 'calm', 'candid', 'clever', 'cosmic', 'crisp', 'daring', 'eager', 'early',
  'fair', 'fleet', 'fluent', 'frank', 'gentle', 'glad', 'golden', 'grand', 'happy', 'honest', 'humble', 'jolly', 'keen', 'kind', 'lively', 'lucid',
  'lucky', 'mellow', 'merry', 'mighty', 'modest', 'neat', 'nimble', 'noble', 'patient', 'placid', 'polite', 'proud', 'quick', 'quiet', 'rapid', 'rare',
  'ready', 'robust', 'rustic', 'serene', 'sharp', 'silent', 'simple', 'sleek', 'smart', 'smooth', 'solid', 'spry', 'steady', 'sunny', 'swift', 'tidy',
  'upbeat', 'valiant', 'vivid', 'warm', 'wise', 'witty', 'young', 'zesty',
];
const NOUNS = [
  'ant', 'badger', 'bat', 'bear', 'bee', 'bison', 'boar', 'carp', 'cat', 'cod', 'colt', 'crab', 'crane', 'crow', 'deer', 'dog', 'dove', 'duck', 'eagle',
  'eel', 'elk', 'falcon', 'fawn', 'finch', 'fox', 'frog', 'gecko', 'goat', 'goose', 'gull', 'hare', 'hawk', 'heron', 'horse', 'ibex', 'jay', 'koala',
  'lark', 'lemur', 'lynx', 'mole', 'moose', 'moth', 'mouse', 'newt', 'orca', 'otter', 'owl', 'ox', 'panda', 'perch', 'pike', 'puma', 'quail', 'raven',
  'robin', 'seal', 'shrew', 'skunk', 'sloth', 'snail', 'stork', 'swan', 'tern', 'tiger', 'toad', 'trout', 'vole', 'wasp', 'whale', 'wolf', 'wren', 'yak',
];

/** A name such as `swift-otter-417` for a run or model that was given none. At most 20 characters, as in MLflow. */
export function randomName(): string {
  return `${pick(ADJECTIVES)}-${pick(NOUNS)}-${randomInt(1000)}`;
}

function pick(words: readonly string[]): string {
  return words[randomInt(words.length)] ?? 'run';
}
