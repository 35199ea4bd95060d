import { serve } from './serve.ts';

serve('facelists', 'face/{version}/facelists/{*path}');
serve('largefacelists', 'face/{version}/largefacelists/{*path}');
serve('persongroups', 'face/{version}/persongroups/{*path}');
serve('largepersongroups', 'face/{version}/largepersongroups/{*path}');
