// From the most specific routes to the least: the local host takes the first that matches.
import './collections.ts';
import './snapshots.ts';
import './faces.ts';
import './system.ts';
import './background.ts';
