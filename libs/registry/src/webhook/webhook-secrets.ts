import { SecretBox, type TenantContext } from '@modelyard/kernel';

/** Secrets of webhooks at rest: a sealed one opens for its own webhook alone. */
export class WebhookSecrets {
  private readonly box: SecretBox;

  /** Master keys, the newest first. */
  constructor(masterKeys: readonly string[]) {
    this.box = new SecretBox(masterKeys);
  }

  /** Null for an empty secret: deliveries are then not signed. */
  seal(ctx: TenantContext, webhookId: string, secret: string): Buffer | null {
    return secret === '' ? null : this.box.seal(secret, contextOf(ctx, webhookId));
  }

  open(ctx: TenantContext, webhookId: string, sealed: Uint8Array): string {
    return this.box.open(sealed, contextOf(ctx, webhookId));
  }
}

function contextOf({ organizationId }: TenantContext, webhookId: string): string {
  return `webhook/${organizationId}/${webhookId}`;
}
