import { serve } from './serve.ts';

serve('snapshots', 'face/{version}/snapshots/{*path}');
serve('operations', 'face/{version}/operations/{*path}');
