import { ensureModels } from '../../models/prepare/ensureModels.ts';

await ensureModels({ cache: process.env.TEST_CACHE!, catalogue: JSON.parse(process.env.TEST_CATALOGUE!) });
