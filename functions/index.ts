// From the most specific routes to the least, as the local host takes the first that matches.
import './collections.http.ts';
import './snapshots.http.ts';
import './faces.http.ts';
import './system.http.ts';
import './console.http.ts';
import './background.ts';

/** For a host that asks before it reads the body of a request, as the local one does. */
export { checkRequestHead } from './serve.ts';
