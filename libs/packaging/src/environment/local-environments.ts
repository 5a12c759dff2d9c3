import { chmod, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { PythonEnvironments, readEnvironmentSpec, type EnsureOptions, type PythonEnvironment, type PythonEnvironmentsOptions } from '@modelyard/cluster';
import type { Database } from '@modelyard/db';
import { beginEnvironment, finishEnvironment } from './environment.repository.js';

/** Python environments of the local target: each organization has its own, since installing runs code of packages. */
export class LocalEnvironments {
  private readonly byOrganization = new Map<number, PythonEnvironments>();

  constructor(
    private readonly db: Database,
    private readonly options: PythonEnvironmentsOptions,
  ) {}

  /** The environment of a model folder, made first when it is not there. Throws what to do when it cannot be made. */
  async ensure(organizationId: number, modelDir: string, options: EnsureOptions): Promise<PythonEnvironment> {
    const environments = await this.of(organizationId);
    const spec = await readEnvironmentSpec(modelDir);
    const ready = await environments.find(spec);
    if (ready !== null) return ready;
    const key = environments.keyOf(spec);
    const row = { key, pythonVersion: spec.pythonMinor, requirements: spec.requirements.map((requirement) => requirement.text) };
    await this.db.tenantSql({ organizationId }, (tx) => beginEnvironment(tx, row));
    try {
      const made = await environments.ensure(spec, options);
      await this.db.tenantSql({ organizationId }, (tx) => finishEnvironment(tx, key, 'READY', ''));
      return made;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      await this.db.tenantSql({ organizationId }, (tx) => finishEnvironment(tx, key, 'FAILED', message));
      throw error;
    }
  }

  private async of(organizationId: number): Promise<PythonEnvironments> {
    const existing = this.byOrganization.get(organizationId);
    if (existing !== undefined) return existing;
    const root = path.join(this.options.root, String(organizationId));
    for (const folder of [this.options.root, root]) {
      await mkdir(folder, { recursive: true });
      await chmod(folder, 0o711);
    }
    const made = new PythonEnvironments({ ...this.options, root });
    this.byOrganization.set(organizationId, made);
    return made;
  }
}
