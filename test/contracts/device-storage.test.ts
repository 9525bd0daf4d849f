import { createStorage } from '@shopify/ui-extensions-tester/point-of-sale';
import type { DeviceStorage } from '../../shared/ports.ts';
import { createDeviceStorage } from '../../simulator/page/device-storage.ts';
import { memoryRecords } from '../support/memory-records.ts';
import {
  deviceStorageContract,
  storageExpiryContract,
  storageLimitsContract,
} from './device-storage-contract.ts';

const onMemory = (clock = { now: () => 1_780_000_000_000 }): DeviceStorage =>
  createDeviceStorage({ store: memoryRecords(), clock });

deviceStorageContract('the simulator’s, over memory', () => onMemory());
storageLimitsContract('the simulator’s, over memory', () => onMemory());
storageExpiryContract('the simulator’s, over memory', onMemory);

// It has no limits and never forgets, so only the first part says anything about it.
deviceStorageContract('the one of Shopify’s tester', () => createStorage());
