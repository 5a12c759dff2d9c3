import { demand, DomainError, isDomainError, type TenantContext } from '@modelyard/kernel';
import { artifactPath } from '@modelyard/storage';
import { ArtifactService } from '@modelyard/tracking';
import { Injectable } from '@nestjs/common';
import type { ModelVersion } from '../model-version/model-version.js';
import { parseMlmodel, parseRequirements, type ModelContents } from './model-contents.js';

export interface ModelPage extends ModelContents {
  readonly requirements: readonly string[];
  /** The input example as JSON text; null when there is none, or when it is longer than a page can show. */
  readonly inputExample: string | null;
  /** The same example as a body for `/invocations`, as MLflow wrote it. */
  readonly servingInput: string | null;
}

const MAX_MLMODEL_BYTES = 1024 * 1024;
const MAX_REQUIREMENTS_BYTES = 256 * 1024;
const MAX_EXAMPLE_BYTES = 256 * 1024;

/** Reads what a model's own files say about it, for the model's page and for packaging. */
@Injectable()
export class ModelContentsService {
  constructor(private readonly artifacts: ArtifactService) {}

  /** Throws FAILED_PRECONDITION when the version's files are no MLflow model, or lie outside this server. */
  async read(ctx: TenantContext, version: Pick<ModelVersion, 'name' | 'version' | 'storageLocation'>): Promise<ModelPage> {
    demand(ctx, 'model:read');
    const yaml = await this.readText(ctx, version, 'MLmodel', MAX_MLMODEL_BYTES);
    const contents = yaml === null ? null : parseMlmodel(yaml);
    if (contents === null) {
      throw new DomainError('FAILED_PRECONDITION', `Version ${version.version} of '${version.name}' has no readable MLmodel file. Log the model with an MLflow flavour and register that.`);
    }
    const [requirements, inputExample, servingInput] = await Promise.all([
      this.readText(ctx, version, 'requirements.txt', MAX_REQUIREMENTS_BYTES),
      contents.inputExamplePath === null ? null : this.readExample(ctx, version, contents.inputExamplePath),
      contents.servingInputPath === null ? null : this.readExample(ctx, version, contents.servingInputPath),
    ]);
    return { ...contents, requirements: parseRequirements(requirements ?? ''), inputExample, servingInput };
  }

  private async readExample(ctx: TenantContext, version: Pick<ModelVersion, 'storageLocation'>, path: string): Promise<string | null> {
    const text = await this.readText(ctx, version, path, MAX_EXAMPLE_BYTES);
    try {
      return text === null ? null : JSON.stringify(JSON.parse(text));
    } catch {
      return null;
    }
  }

  /** The file as UTF-8; null when it is missing, too long, or not to be read at that path. */
  private async readText(ctx: TenantContext, { storageLocation }: Pick<ModelVersion, 'storageLocation'>, path: string, limit: number): Promise<string | null> {
    try {
      const file = await this.artifacts.open(ctx, { kind: 'uri', uri: storageLocation, path: artifactPath(path) });
      if (file.sizeBytes > limit) {
        file.stream.destroy();
        return null;
      }
      const chunks: Buffer[] = [];
      for await (const chunk of file.stream) chunks.push(chunk as Buffer);
      return Buffer.concat(chunks).toString('utf8');
    } catch (error) {
      if (isDomainError(error, 'NOT_FOUND') || isDomainError(error, 'INVALID_ARGUMENT')) return null;
      throw error;
    }
  }
}
