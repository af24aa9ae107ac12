import { aroundEach } from 'vitest';
import { cleanUpAfter } from './helpers/cleanup.js';

aroundEach(cleanUpAfter);
