import { describeObjectStore } from '../object-store.contract.js';
import { MemoryObjectStore } from './memory-object-store.js';

describeObjectStore('MemoryObjectStore', { create: async () => new MemoryObjectStore() });
