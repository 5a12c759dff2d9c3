import { Global, Module } from '@nestjs/common';
import { AuditSealer } from './audit.sealer.js';
import { AuditService } from './audit.service.js';
import { AuditVerifier } from './audit.verifier.js';

@Global()
@Module({ providers: [AuditService, AuditSealer, AuditVerifier], exports: [AuditService, AuditSealer, AuditVerifier] })
export class AuditModule {}
