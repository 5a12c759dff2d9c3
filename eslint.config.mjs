import nx from '@nx/eslint-plugin';
import tseslint from 'typescript-eslint';

// Layers and contexts, as docs/ARCHITECTURE.md draws them. Everything not listed is forbidden.
const layer = (sourceTag, targets) => ({ sourceTag, onlyDependOnLibsWithTags: targets });

// Contexts: all may record audit rows; all but audit may ask who is who; the rest one by one.
const CONTEXT_EDGES = {
  audit: [],
  identity: ['audit'],
  tracking: ['audit', 'identity'],
  registry: ['audit', 'identity', 'tracking'],
  governance: ['audit', 'identity', 'registry', 'tracking'],
  packaging: ['audit', 'identity', 'registry', 'tracking'],
  serving: ['audit', 'identity', 'packaging', 'registry', 'governance'],
};
const SUPPORT = ['layer:adapter', 'layer:kernel', 'layer:config'];

const contextConstraints = Object.entries(CONTEXT_EDGES).map(([context, upstream]) => ({
  sourceTag: `context:${context}`,
  onlyDependOnLibsWithTags: [`context:${context}`, ...upstream.map((name) => `context:${name}`), ...SUPPORT],
}));

// Each vendor has one house.
const vendors = (sourceTag, banned) => ({ sourceTag, bannedExternalImports: banned });
const DATABASE = ['@prisma/*', 'pg', 'pg-*'];
const STORAGE = ['@aws-sdk/*'];
const QUEUE = ['bullmq', 'ioredis'];
const CLUSTER = ['@kubernetes/client-node'];
const GRAPHQL = ['@nestjs/graphql', '@apollo/*', 'graphql', 'graphql-*'];

export const boundaries = {
  // The template database is made with libs/db, whose own int-specs use it.
  ignoredCircularDependencies: [['testing', 'db']],
  enforceBuildableLibDependency: false,
  checkDynamicDependenciesExceptions: ['db'],
  allow: [],
  depConstraints: [
    layer('layer:kernel', ['layer:kernel']),
    layer('layer:config', ['layer:kernel', 'layer:config']),
    layer('layer:adapter', ['layer:kernel', 'layer:config']),
    layer('layer:domain', ['layer:domain', ...SUPPORT]),
    layer('layer:surface', ['layer:domain', ...SUPPORT]),
    layer('layer:ui', []),
    layer('layer:testing', ['layer:domain', 'layer:testing', ...SUPPORT]),
    layer('layer:e2e', ['layer:kernel', 'layer:config', 'layer:testing', 'layer:adapter']),
    ...contextConstraints,
    { sourceTag: 'app:model-server', onlyDependOnLibsWithTags: ['layer:kernel'] },
    vendors('layer:domain', [...DATABASE, ...STORAGE, ...QUEUE, ...CLUSTER, ...GRAPHQL, '@nestjs/core', '@nestjs/platform-fastify', 'fastify']),
    vendors('layer:kernel', [...DATABASE, ...STORAGE, ...QUEUE, ...CLUSTER, ...GRAPHQL, '@nestjs/*']),
    vendors('layer:config', [...DATABASE, ...STORAGE, ...QUEUE, ...CLUSTER, ...GRAPHQL]),
    vendors('app:gateway', [...DATABASE, ...STORAGE, ...QUEUE, ...CLUSTER]),
    vendors('app:worker', [...DATABASE, ...STORAGE, ...QUEUE, ...CLUSTER, ...GRAPHQL]),
    vendors('app:router', [...DATABASE, ...STORAGE, ...QUEUE, ...CLUSTER, ...GRAPHQL]),
    vendors('app:cli', [...DATABASE, ...STORAGE, ...QUEUE, ...CLUSTER, ...GRAPHQL]),
  ],
};

// Houses of the adapters; the plugin's tags cannot say "all but this project".
const HOUSES = { db: [...STORAGE, ...QUEUE, ...CLUSTER, ...GRAPHQL], storage: [...DATABASE, ...QUEUE, ...CLUSTER, ...GRAPHQL], queue: [...DATABASE, ...STORAGE, ...CLUSTER, ...GRAPHQL], cluster: [...DATABASE, ...STORAGE, ...QUEUE, ...GRAPHQL], oci: [...DATABASE, ...STORAGE, ...QUEUE, ...CLUSTER, ...GRAPHQL] };

const CONTEXT_FACTORY = {
  name: '@modelyard/kernel',
  importNames: ['createTenantContext'],
  message: 'Only authentication, the job runner and test factories make tenant contexts: take the one you are given.',
};

export default tseslint.config(
  { ignores: ['dist/**', 'node_modules/**', '.cache/**', '.nx/**', '.modelyard/**', '**/generated/**', 'coverage/**', 'test-results/**'] },
  {
    files: ['{apps,libs,tools,prisma}/**/*.{ts,tsx}', '*.ts'],
    languageOptions: { parser: tseslint.parser, parserOptions: { projectService: false } },
    plugins: { '@nx': nx, '@typescript-eslint': tseslint.plugin },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    rules: {
      '@nx/enforce-module-boundaries': ['error', boundaries],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'no-restricted-imports': ['error', { paths: [CONTEXT_FACTORY, { name: 'child_process', message: 'Use node:child_process.' }] }],
      'no-eval': 'error',
      'no-var': 'error',
      'prefer-const': 'error',
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'max-lines': ['error', { max: 400, skipComments: true }],
    },
  },
  ...Object.entries(HOUSES).map(([house, banned]) => ({
    files: [`libs/${house}/src/**/*.ts`],
    rules: { 'no-restricted-imports': ['error', { paths: [CONTEXT_FACTORY], patterns: [{ group: banned, message: 'This vendor lives in another adapter.' }] }] },
  })),
  {
    // The makers of contexts.
    files: ['libs/kernel/src/**', 'libs/identity/src/authentication/**', 'libs/queue/src/consumer-runner.ts', 'libs/**/testing.ts', 'libs/testing/**', 'apps/cli/src/commands/**', '**/*.{spec,int-spec,e2e-spec}.ts'],
    rules: { 'no-restricted-imports': 'off' },
  },
  {
    // Domain code takes Injectable and Module from Nest and nothing more.
    files: ['libs/{audit,identity,tracking,registry,governance,packaging,serving}/src/**/*.ts'],
    ignores: ['**/*.{spec,int-spec}.ts', '**/testing.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        { selector: "ImportDeclaration[source.value='@nestjs/common'] ImportSpecifier[imported.name!=/^(Injectable|Module|Global|Inject|DynamicModule)$/]", message: 'Domain libs use only Injectable and Module of @nestjs/common.' },
        { selector: 'TSEnumDeclaration[const=true]', message: 'No const enums.' },
      ],
    },
  },
  {
    // Tests may use the test lib and real adapters beside their own layer's dependencies.
    files: ['{apps,libs,tools}/**/*.{spec,int-spec,e2e-spec,contract}.ts', '{apps,libs}/*/src/testing.ts'],
    rules: {
      'max-lines': 'off',
      '@nx/enforce-module-boundaries': ['error', { ...boundaries, depConstraints: [{ sourceTag: '*', onlyDependOnLibsWithTags: ['*'] }] }],
    },
  },
);
