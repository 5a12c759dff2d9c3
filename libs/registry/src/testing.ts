import { randomBytes } from 'node:crypto';
import { AuditService } from '@modelyard/audit';
import type { Database } from '@modelyard/db';
import type { TenantContext } from '@modelyard/kernel';
import { MemoryObjectStore, ObjectStorage } from '@modelyard/storage';
import { ArtifactLocationService, ArtifactService } from '@modelyard/tracking';
import { OpenGate, type ChangeGate } from './change-gate.js';
import { AliasService } from './model-alias/model-alias.service.js';
import { ModelContentsService } from './model-contents/model-contents.service.js';
import { ModelVersionSearchService } from './model-version/model-version-search.service.js';
import { ModelVersionService } from './model-version/model-version.service.js';
import type { ModelVersion } from './model-version/model-version.js';
import { RegisteredModelSearchService } from './registered-model/registered-model-search.service.js';
import { RegisteredModelService } from './registered-model/registered-model.service.js';
import { RegistryOptions } from './registry-options.js';

/** All services of the context, on a test's database; artifacts lie in memory. */
export function registryServices(db: Database, gate: ChangeGate = new OpenGate()) {
  const audit = new AuditService(db);
  const aliases = new AliasService(db, audit, gate);
  const artifacts = new ArtifactService(db, audit, new ArtifactLocationService(db), new ObjectStorage(new MemoryObjectStore()));
  return {
    audit,
    aliases,
    artifacts,
    models: new RegisteredModelService(db, audit, gate, aliases),
    modelSearch: new RegisteredModelSearchService(db),
    versions: new ModelVersionService(db, audit, gate, aliases, new RegistryOptions({ publicUrl: 'https://models.example.org/base' })),
    versionSearch: new ModelVersionSearchService(db),
    contents: new ModelContentsService(artifacts),
  };
}

export type RegistryServices = ReturnType<typeof registryServices>;

/** A registered model with as many versions as asked for, whose sources are folders of the project's Default experiment. */
export async function createTestModel({ models, versions }: RegistryServices, ctx: TenantContext, name = `model-${randomBytes(4).toString('hex')}`, count = 1): Promise<ModelVersion[]> {
  await models.create(ctx, { name });
  const made: ModelVersion[] = [];
  for (let number = 1; number <= count; number += 1) made.push(await versions.create(ctx, { name, source: `mlflow-artifacts:/0/${name}-${number}` }));
  return made;
}
