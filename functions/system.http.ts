import { serve } from './serve.ts';

serve('health', 'health');
serve('openapi', 'openapi.json');
// What no other function serves: the contract has an answer for that as well.
serve('unknown', 'face/{*path}');
