import { serve } from './serve.ts';

serve('health', 'health');
serve('openapi', 'openapi.json');
