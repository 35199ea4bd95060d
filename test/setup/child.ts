import { ensureModels } from '../../setup/models.ts';

await ensureModels({ cache: process.env.TEST_CACHE!, catalogue: JSON.parse(process.env.TEST_CATALOGUE!) });
