/** The files in memory that tests read keep the contract that real ones keep. */
import { objectStoreContract } from '../contracts/object-store/object-store-contract.ts';
import { MemoryFiles } from './memory-files.ts';

objectStoreContract('memory', () => ({ store: new MemoryFiles(), makeBucket: () => undefined }));
