import { spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const root = process.cwd();

/** Lints a file with one import, written where the rule must see it. */
function lint(file: string, source: string): string {
  const target = path.join(root, file);
  writeFileSync(target, source);
  try {
    return spawnSync(process.execPath, ['tools/lint.mjs', file], { cwd: root, encoding: 'utf8' }).stdout;
  } finally {
    rmSync(target);
  }
}

describe('the boundary rules bite', () => {
  it.each([
    ['a context that reaches upstream against the arrows', 'libs/audit/src/forbidden.ts', "import { ProjectService } from '@modelyard/identity';\nexport const x = ProjectService;\n", /enforce-module-boundaries/],
    ['an adapter that knows a context', 'libs/storage/src/forbidden.ts', "import { AuditService } from '@modelyard/audit';\nexport const x = AuditService;\n", /enforce-module-boundaries/],
    ['a vendor outside its house', 'libs/identity/src/forbidden.ts', "import pg from 'pg';\nexport const x = pg;\n", /enforce-module-boundaries/],
    ['a vendor in another adapter', 'libs/storage/src/forbidden.ts', "import pg from 'pg';\nexport const x = pg;\n", /This vendor lives in another adapter/],
    ['a surface that talks to the database itself', 'apps/gateway/src/forbidden.ts', "import pg from 'pg';\nexport const x = pg;\n", /enforce-module-boundaries/],
    ['a tenant context made anywhere', 'libs/identity/src/forbidden.ts', "import { createTenantContext } from '@modelyard/kernel';\nexport const x = createTenantContext;\n", /Only authentication/],
    ['an `any`', 'libs/kernel/src/forbidden.ts', 'export const x: any = 1;\n', /no-explicit-any/],
  ])('refuses %s', (_title, file, source, rule) => {
    expect(lint(file, source)).toMatch(rule);
  }, 120_000);

  it('lets a context use what is upstream of it', () => {
    const output = lint('libs/identity/src/allowed.ts', "import { AuditService } from '@modelyard/audit';\nexport const x = AuditService;\n");
    expect(output).toBe('');
  }, 120_000);
});
