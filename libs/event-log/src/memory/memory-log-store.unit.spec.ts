import { describeLogStore } from '../test-support/log-store-contract.js';
import { MemoryLogStore } from './memory-log-store.js';

describeLogStore('MemoryLogStore', async () => new MemoryLogStore());
