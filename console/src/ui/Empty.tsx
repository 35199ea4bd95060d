import type { ComponentChildren } from 'preact';

/** What a view shows before there is anything in it: what it is for, and the next step. */
export function Empty(props: { title: string; children?: ComponentChildren; picture?: ComponentChildren }) {
  return (
    <section class="empty">
      {props.picture}
      <h2>{props.title}</h2>
      {props.children}
    </section>
  );
}
