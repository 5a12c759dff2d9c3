export { AuthenticationService, type AuthenticationOptions, type RequestIdentity } from './authentication/authentication.service.js';
export * from './identity.module.js';
export { LOCAL_USER, OrganizationService, type CreatedOrganization, type Organization } from './organization/organization.service.js';
export { DeleteProject, DELETION_MODES, type DeletionMode } from './project/delete-project.js';
export { ProjectService, type NewProject, type Project } from './project/project.service.js';
export { isRole, ROLES, type Role } from './role.js';
export { TokenDigestService } from './token/token-digest.service.js';
export { TokenService, type Token } from './token/token.service.js';
