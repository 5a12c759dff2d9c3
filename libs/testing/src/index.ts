export * from './test-database.js';
export * from './analyze-tables.js';
export { selfSignedCertificate } from './self-signed-certificate.js';
