import { serve } from './serve.ts';

serve('health', 'health');
serve('openapi', 'openapi.json');
// Everything that no other route matches, for the contract's own error.
serve('unknown', 'face/{*path}');
