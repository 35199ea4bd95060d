import { useEffect } from 'preact/hooks';
import { Compare } from './compare/Compare.tsx';
import { Detect } from './detect/Detect.tsx';
import { KeyForm } from './keys/KeyForm.tsx';
import { Keys } from './keys/Keys.tsx';
import { active } from './keys/profiles.ts';
import { Lists } from './lists/Lists.tsx';
import { People } from './people/People.tsx';
import { route } from './router.ts';
import { Snapshots } from './snapshots/Snapshots.tsx';
import { Status } from './status/Status.tsx';
import { Icon, type IconName } from './ui/icons.tsx';
import { PauseNote } from './ui/PauseNote.tsx';

const views = [
  { path: 'detect', title: 'Detect', View: Detect },
  { path: 'compare', title: 'Compare', View: Compare },
  { path: 'people', title: 'People', View: People },
  { path: 'lists', title: 'Lists', View: Lists },
  { path: 'snapshots', title: 'Snapshots', View: Snapshots },
  { path: 'status', title: 'Status', View: Status },
] as const satisfies { path: IconName; title: string; View: () => unknown }[];

export function App() {
  const shown = views.find(({ path }) => path === route.value[0]) ?? views[0];
  const { View, title } = shown;
  const profile = active.value;
  useEffect(() => {
    document.title = `${title} · Visage`;
  }, [title]);
  return (
    <div class="shell">
      <button type="button" class="skip" onClick={() => document.getElementById('main')?.focus()}>
        Skip to the content
      </button>
      <header class="bar">
        <a class="brand" href="#/detect">
          <Icon name="detect" />
          Visage
        </a>
        <nav aria-label="Views" class="views">
          {views.map(({ path, title }) => (
            <a key={path} href={`#/${path}`} aria-current={path === shown.path ? 'page' : undefined}>
              <Icon name={path} />
              {title}
            </a>
          ))}
        </nav>
        <Keys />
      </header>
      <main id="main" tabIndex={-1}>
        <PauseNote />
        {/* Another key shows another subscription: nothing of the one before may stay on the page. */}
        {profile || shown.path === 'status' ? <View key={profile?.id} /> : <KeyForm welcome />}
      </main>
    </div>
  );
}
