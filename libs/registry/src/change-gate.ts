import type { TenantHandle } from '@modelyard/db';
import type { TenantContext } from '@modelyard/kernel';
import { Injectable } from '@nestjs/common';

/** The model that a change is about. */
export interface ModelReference {
  /** A bigint as decimal text. */
  readonly id: string;
  readonly projectId: number;
  readonly name: string;
}

/** A change that policy may forbid. Null versions: the alias did not exist, or is removed; all of the model is deleted. */
export type ModelChange =
  | { readonly kind: 'alias'; readonly model: ModelReference; readonly alias: string; readonly fromVersion: number | null; readonly toVersion: number | null }
  | { readonly kind: 'stage'; readonly model: ModelReference; readonly version: number; readonly fromStage: string; readonly toStage: string }
  | { readonly kind: 'delete'; readonly model: ModelReference; readonly version: number | null }
  | { readonly kind: 'deploy'; readonly model: ModelReference; readonly version: number; readonly endpoint: string };

/**
 * The port through which policy says no. Called inside the transaction of the change, after it was found to be possible
 * and before anything is written, so that no surface can walk around it.
 */
export abstract class ChangeGate {
  /** Throws FAILED_PRECONDITION or PERMISSION_DENIED, with what is missing and who can give it. */
  abstract check(tx: TenantHandle, ctx: TenantContext, change: ModelChange): Promise<void>;
}

/** Lets everything pass: what is bound where no policy engine is installed. */
@Injectable()
export class OpenGate extends ChangeGate {
  override async check(): Promise<void> {}
}
