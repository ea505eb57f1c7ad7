/** The in-memory files of tests fulfil the contract of object stores. */
import { objectStoreContract } from '../contracts/object-store/object-store-contract.ts';
import { MemoryFiles } from './memory-files.ts';

objectStoreContract('memory', () => ({ store: new MemoryFiles(), makeBucket: () => undefined }));
