export type { AuditEvent } from './audit-event.js';
export * from './audit.module.js';
export { AuditSealer, auditSigner, generateAuditKey, type AuditSigner } from './audit.sealer.js';
export { AuditService, type AuditEntry, type AuditFilter } from './audit.service.js';
export { AuditVerifier, type AuditVerification } from './audit.verifier.js';
