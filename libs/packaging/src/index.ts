export { LocalEnvironments } from './environment/local-environments.js';
