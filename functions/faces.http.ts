import { serve } from './serve.ts';

serve('faces', 'face/{version}/{verb}');
