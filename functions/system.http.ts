import { serve } from './serve.ts';

serve('health', 'health');
serve('openapi', 'openapi.json');
// Everything that no other route matches: operations at the root, double slashes, and the contract's error for the rest.
serve('unknown', '{*path}');
