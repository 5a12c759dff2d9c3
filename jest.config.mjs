/** One configuration for all projects; suites are chosen by file suffix (see tools/test.mjs). */
const root = import.meta.dirname;

const swc = [
  '@swc/jest',
  {
    jsc: {
      parser: { syntax: 'typescript', decorators: true, tsx: true },
      transform: { legacyDecorator: true, decoratorMetadata: true, react: { runtime: 'automatic' } },
      target: 'es2024',
    },
    module: { type: 'es6' },
    sourceMaps: 'inline',
  },
];

const base = {
  rootDir: root,
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  transform: { '^.+\\.tsx?$': swc },
  moduleNameMapper: {
    '^@modelyard/([^/]+)/testing$': '<rootDir>/libs/$1/src/testing.ts',
    '^@modelyard/([^/]+)$': '<rootDir>/libs/$1/src/index.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/.cache/', '<rootDir>/.modelyard/'],
};

const suite = (name, suffix, extra = {}) => ({
  ...base,
  displayName: name,
  testMatch: [`<rootDir>/{apps,libs,tools}/**/*.${suffix}.{ts,tsx}`],
  ...extra,
});

export default {
  projects: [
    suite('spec', 'spec'),
    suite('int', 'int-spec', { globalSetup: '<rootDir>/libs/testing/src/global-setup.mjs', globalTeardown: '<rootDir>/libs/testing/src/global-teardown.mjs' }),
    suite('e2e', 'e2e-spec'),
  ],
  testTimeout: 60_000,
};
